using Sluice.Configuration;

namespace Sluice.Transport.Kafka;

/// <summary>How SASL proves who this is.</summary>
public enum KafkaMechanism
{
    /// <summary>User name and password as they are; only sensible with TLS.</summary>
    [OptionValue("PLAIN", "plain")]
    Plain,

    /// <summary>User name and a proof of the password.</summary>
    [OptionValue("SCRAM-SHA-256", "scram-sha-256")]
    ScramSha256,

    /// <summary>User name and a longer proof of the password.</summary>
    [OptionValue("SCRAM-SHA-512", "scram-sha-512")]
    ScramSha512,

    /// <summary>A token of OAuth 2.0.</summary>
    [OptionValue("OAUTHBEARER", "oauthbearer")]
    OAuthBearer,
}
