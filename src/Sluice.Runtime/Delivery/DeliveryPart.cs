namespace Sluice.Runtime.Delivery;

/// <summary>What settles one segment: the run it belongs to, and the memory it holds.</summary>
internal readonly record struct DeliveryPart(SettlementUnit Unit, DeliveryEntry Entry);
