namespace Sluice.Runtime.Delivery;

/// <summary>What settles one segment: its run, and the memory it holds.</summary>
internal readonly record struct DeliveryPart(SettlementUnit Unit, DeliveryEntry Entry);
