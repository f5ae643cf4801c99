# Sluice in a container: no shell, no package manager, not root, nothing to write to but the volume with its data.
#
#   docker build --tag sluice:0.1.0 .
#   docker run --read-only --publish 127.0.0.1:4317-4318:4317-4318 --publish 127.0.0.1:4320:4320 --volume sluice-data:/var/lib/sluice sluice:0.1.0
#
# The .NET images are pinned to their line of releases, so that building again takes its security fixes.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TARGETARCH
WORKDIR /source
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY config/ config/
COPY src/ src/
# Analyzers have had their say before a commit.
RUN dotnet publish src/Sluice --configuration Release --arch $TARGETARCH --self-contained false --output /app \
    -p:RunAnalyzers=false -p:PublishDocumentationFile=false -p:PublishReferencesDocumentationFiles=false

# librdkafka speaks to Kafka. What it needs itself comes along, except for what the last stage has already.
FROM ubuntu:24.04 AS native
RUN apt-get update \
 && apt-get install --yes --no-install-recommends librdkafka1 \
 && mkdir --parents /data /native \
 && library=$(ldconfig -p | awk '/librdkafka\.so\.1 / { print $NF; exit }') \
 && for file in $library $(ldd $library | awk '$3 ~ /^\// { print $3 }'); do \
      case ${file##*/} in \
        libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | libgcc_s.so.* | libstdc++.so.* | libssl.so.* | libcrypto.so.*) ;; \
        *) directory=/native/usr/lib/$(basename $(dirname $file)) && mkdir --parents $directory && cp --dereference $file $directory/ ;; \
      esac || exit 1; \
    done

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=native /native/ /
COPY --from=native --chown=1654:1654 /data /var/lib/sluice
COPY --from=build /app /app
COPY config/container.yaml /etc/sluice/sluice.yaml

# The runtime's diagnostics would be a socket in /tmp, which cannot be written.
ENV DOTNET_EnableDiagnostics=0
USER 1654:1654
WORKDIR /var/lib/sluice
VOLUME /var/lib/sluice
EXPOSE 4317 4318 4320 8888 13133

# The first signal starts the drain, for which service::shutdown_timeout is the limit: give the container a little longer to stop.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 CMD ["/app/sluice", "health"]
ENTRYPOINT ["/app/sluice"]
CMD ["--config", "/etc/sluice/sluice.yaml", "--data-dir", "/var/lib/sluice"]
