namespace Sluice.Standins.Kafka;

/// <summary>The mock cluster refused something.</summary>
internal sealed class MockClusterException(string message) : Exception(message);
