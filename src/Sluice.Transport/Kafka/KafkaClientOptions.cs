using Sluice.Configuration;
using Sluice.Transport.Tls;

namespace Sluice.Transport.Kafka;

/// <summary>How a component connects to Kafka: the keys of the Collector's <c>configkafka</c> client.</summary>
[IgnoredOption("protocol_version", "the library asks each broker which versions it speaks")]
[IgnoredOption("resolve_canonical_bootstrap_servers_only", "the Collector's own client has no use for it any more")]
public abstract record KafkaClientOptions : IValidatableOptions
{
    /// <summary>The brokers to begin with.</summary>
    [Option("Brokers to begin with, each as host:port; the others are learned from them.")]
    public IReadOnlyList<string> Brokers { get; init; } = ["localhost:9092"];

    /// <summary>The name that brokers know this client by.</summary>
    [Option("The name that brokers log this client under, and set quotas by.")]
    public string ClientId { get; init; } = "otel-collector";

    /// <summary>How brokers know who this is; null for not at all.</summary>
    [Option("How brokers know who this is.")]
    public KafkaAuthOptions Auth { get; init; } = new();

    /// <summary>How TLS is spoken; null for not at all.</summary>
    [Option("How TLS is spoken. Absent, or with insecure: true, connections are not encrypted.")]
    public TlsClientOptions? Tls { get; init; }

    /// <summary>What is learned of the cluster.</summary>
    [Option("How the client keeps up with changes of the cluster.")]
    public KafkaMetadataOptions Metadata { get; init; } = new();

    /// <summary>How long an idle connection is kept; zero for ever.</summary>
    [Option("How long an unused connection is kept; 0s for ever.", Min = 0)]
    public TimeSpan ConnIdleTimeout { get; init; } = TimeSpan.FromMinutes(9);

    /// <inheritdoc/>
    public virtual void Validate(OptionsValidation context)
    {
        if (Brokers.Count == 0)
        {
            context.Error("brokers", "there is none", "name at least one, such as kafka-1:9092");
        }

        for (var i = 0; i < Brokers.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(Brokers[i]) || Brokers[i].Contains(',', StringComparison.Ordinal) || Brokers[i].Contains(' ', StringComparison.Ordinal))
            {
                context.Error($"brokers[{i}]", $"\"{Brokers[i]}\" is not a broker", "write host:port, each broker as an item of its own");
            }
        }

        if (Tls is { } tls)
        {
            ValidateTls(context, tls);
        }
    }

    /// <summary>What the library leaves to OpenSSL, or cannot do at all.</summary>
    private static void ValidateTls(OptionsValidation context, TlsClientOptions tls)
    {
        Refuse("server_name_override", tls.ServerNameOverride is not null, "name brokers in advertised.listeners as their certificates do");
        Refuse("include_system_ca_certs_pool", tls.IncludeSystemCaCertsPool, "put the authorities you need into ca_file");
        Refuse("cipher_suites", tls.CipherSuites.Count > 0, "restrict them in the configuration of OpenSSL");
        Refuse("min_version", tls.MinVersion != TlsVersion.Tls12, "set MinProtocol in the configuration of OpenSSL");
        Refuse("max_version", tls.MaxVersion is not null, "set MaxProtocol in the configuration of OpenSSL");
        Refuse("reload_interval", tls.ReloadInterval > TimeSpan.Zero, "restart Sluice when certificates change");

        void Refuse(string key, bool isGiven, string remedy)
        {
            if (isGiven)
            {
                context.Error($"tls::{key}", "librdkafka cannot do this", remedy);
            }
        }
    }
}
