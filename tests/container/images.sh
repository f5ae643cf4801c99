# What tests/container/run and tests/container/stack share: stand-ins for the images that no registry gives, and the image itself. Sourced from the
# root of the repository, with $image and $work set.
dotnet=$(readlink -f /usr/share/dotnet)

step() { printf '== %s (%ds)\n' "$1" "$SECONDS"; }
base_of() { awk -v part="$1" '$1 == "FROM" { for (i = 2; i <= NF; i++) if (index($i, part)) print $i }' Dockerfile; }

# Gives a file system a name: from, to, then what `buildah config` shall set.
make_image() {
    local container
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$1" / >/dev/null
    shift
    local reference=$1
    shift
    (($#)) && buildah config "$@" "$container"
    buildah commit --quiet "$container" "$reference" >/dev/null
    buildah rm "$container" >/dev/null
}

make_bases() {
    local sdk ubuntu runtime libraries=/usr/lib/$(uname -m)-linux-gnu root=$work/chiseled library
    sdk=$(base_of dotnet/sdk) ubuntu=$(base_of ubuntu) runtime=$(base_of dotnet/aspnet)
    if ! buildah inspect "docker.io/library/$ubuntu" >/dev/null 2>&1 || ! buildah inspect "$sdk" >/dev/null 2>&1; then
        step "stand-ins for $ubuntu and $sdk"
        mmdebstrap --quiet --variant=minbase --include=ca-certificates,libicu72,libssl3 bookworm "$work/debian.tar" 2>"$work/debian.log" || { cat "$work/debian.log" >&2; exit 1; }
        make_image "$work/debian.tar" "docker.io/library/$ubuntu"
        mkdir -p "$work/sdk/usr/share" "$work/sdk/usr/bin"
        tar --extract --file "$work/debian.tar" --directory "$work/sdk"
        cp --archive "$dotnet" "$work/sdk/usr/share/dotnet"
        ln -s /usr/share/dotnet/dotnet "$work/sdk/usr/bin/dotnet"
        make_image "$work/sdk" "$sdk" --env DOTNET_NOLOGO=1 --env DOTNET_CLI_TELEMETRY_OPTOUT=1
    fi

    buildah inspect "$runtime" >/dev/null 2>&1 && return
    step "a stand-in for $runtime"
    mkdir -p "$root"/{etc/ssl,tmp,usr/bin,usr/lib64,usr/share/dotnet,"$libraries"}
    chmod 1777 "$root/tmp"
    ln -s usr/lib "$root/lib"
    ln -s usr/lib64 "$root/lib64"
    cp --archive "$dotnet"/{dotnet,host,shared} "$root/usr/share/dotnet/"
    ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
    # libc6, libgcc-s1, libstdc++6, libssl3, and the linker that programs name.
    for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libnss_dns.so.2 libnss_files.so.2 libgcc_s.so.1 libstdc++.so.6 libssl.so.3 libcrypto.so.3; do
        cp --dereference "$libraries/$library" "$root$libraries/"
    done
    cp --dereference /lib64/ld-linux-*.so.* "$root/usr/lib64/" 2>/dev/null || cp --dereference /lib/ld-linux-*.so.* "$root/usr/lib/"
    printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' >"$root/etc/passwd"
    printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
    cp --dereference --recursive /etc/ssl/certs "$root/etc/ssl/certs"
    make_image "$root" "$runtime" --user 1654 --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true
}

# Certificates and the sources of packages are this machine's, lent to the build and not kept in the image.
build_image() {
    step "build $image"
    local mounts=(--volume /etc/ssl/certs:/etc/ssl/certs:ro)
    [[ ! -d $HOME/.nuget/NuGet ]] || mounts+=(--volume "$HOME/.nuget/NuGet:/root/.nuget/NuGet:ro")
    buildah bud --format docker --layers --isolation chroot --pull-never "${mounts[@]}" --tag "$image" . >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log" >&2; exit 1; }
}

need() {
    local tool
    [[ $EUID -eq 0 ]] || { echo "run it as root" >&2; exit 2; }
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2; exit 2; }
    done
}
