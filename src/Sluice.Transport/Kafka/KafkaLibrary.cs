using System.Reflection;
using System.Runtime.InteropServices;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Kafka;

/// <summary>
/// librdkafka, the operating system's, loaded once per process and not before a component asks for it: whoever does not use Kafka need not
/// have it.
/// </summary>
public static class KafkaLibrary
{
    /// <summary>1.9.0: the oldest whose functions are all that is called.</summary>
    private const int OldestVersion = 0x01090000;

    private const string Packages = "librdkafka1 (Debian, Ubuntu) or librdkafka (Fedora, RHEL, Alpine, Homebrew on macOS)";

    private static readonly Lazy<nint> Loaded = new(Load);

    /// <summary>The names it has on this system, the usual first.</summary>
    private static string[] Names =>
        OperatingSystem.IsWindows() ? ["librdkafka.dll"]
        : OperatingSystem.IsMacOS() ? ["librdkafka.1.dylib", "/opt/homebrew/lib/librdkafka.1.dylib", "/usr/local/lib/librdkafka.1.dylib"]
        : ["librdkafka.so.1"];

    /// <summary>Its version, such as 2.0.2. <see cref="Require"/> comes first.</summary>
    public static string Version => LibrdKafka.Text(LibrdKafka.VersionText());

    /// <summary>Loads it. To be called at the start of every component that speaks Kafka.</summary>
    /// <param name="key">The component in the configuration, such as <c>exporters::kafka</c>.</param>
    /// <exception cref="ComponentStartException">It is not installed, or too old; the message says what to install.</exception>
    public static void Require(string key)
    {
        if (FindFault(Loaded.Value == 0 ? 0 : LibrdKafka.VersionNumber()) is { } fault)
        {
            throw new ComponentStartException($"{key}: {fault}");
        }
    }

    /// <summary>Why a library cannot be used; null when it can.</summary>
    /// <param name="version">Its version as it tells it (0xMMmmrrpp); 0 when there is none.</param>
    internal static string? FindFault(int version) => version switch
    {
        0 => $"librdkafka is not installed, which is needed to speak to Kafka; install the package {Packages}",
        < OldestVersion => $"librdkafka is installed in version {version >> 24}.{(version >> 16) & 0xff}.{(version >> 8) & 0xff}, but 1.9.0 or newer is needed; upgrade the package {Packages}",
        _ => null,
    };

    private static nint Load()
    {
        nint library = 0;
        if (!Names.Any(name => NativeLibrary.TryLoad(name, out library)))
        {
            return 0;
        }

        NativeLibrary.SetDllImportResolver(typeof(KafkaLibrary).Assembly, (name, _, _) => Resolve(name, library));
        return library;
    }

    private static nint Resolve(string name, nint library) => name.Contains(LibrdKafka.Name, StringComparison.Ordinal) ? library : 0;
}
