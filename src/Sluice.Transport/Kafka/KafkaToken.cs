namespace Sluice.Transport.Kafka;

/// <summary>What SASL/OAUTHBEARER hands to a broker.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAt">When it is to be replaced at the latest.</param>
/// <param name="Principal">Whom it names; brokers go by the token itself.</param>
internal sealed record KafkaToken(string Value, DateTimeOffset ExpiresAt, string Principal);
