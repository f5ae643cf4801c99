using Sluice.Configuration;

namespace Sluice.Hosting;

/// <summary>The configuration that runs when none is given: <c>config/default.yaml</c>, embedded.</summary>
internal static class DefaultConfiguration
{
    public static ConfigSource Source
    {
        get
        {
            using var stream = typeof(DefaultConfiguration).Assembly.GetManifestResourceStream("default.yaml")
                ?? throw new InvalidOperationException("The embedded default configuration is missing from this build.");
            using var reader = new StreamReader(stream);
            return ConfigSource.FromText("default.yaml (embedded)", reader.ReadToEnd());
        }
    }
}
