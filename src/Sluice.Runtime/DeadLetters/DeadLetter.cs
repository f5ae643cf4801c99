using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.DeadLetters;

/// <summary>One record that a destination refused for good, or that a receiver made of what it cannot read, as it is kept.</summary>
public sealed record DeadLetter
{
    private string? _key;

    /// <summary>
    /// What it is called: 16 hexadecimal digits that tell it from all others, also from one of the same record that was given up again.
    /// </summary>
    public string Key => _key ??= MakeKey();

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Id of the exporter that could not deliver it, or of the receiver that could not read it.</summary>
    public required string Component { get; init; }

    /// <summary>Id of the pipeline it went through; empty when it did not get so far.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Which message the record is.</summary>
    public required Signal Signal { get; init; }

    /// <summary>Its identity in the journal; where it never was in one, a receiver makes one of its place in the source.</summary>
    public required RecordId Id { get; init; }

    /// <summary>When the record was received, in nanoseconds since 1970.</summary>
    public required long ReceivedUnixNano { get; init; }

    /// <summary>What the destination said.</summary>
    public required string Reason { get; init; }

    /// <summary>How often delivery was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>The <see cref="Contracts.RequestContext"/> of the request that it came with, encoded; empty when it is not known.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>An OTLP export request in protobuf that holds the record alone, with its resource and scope, byte for byte as it came.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }

    private string MakeKey()
    {
        var identity = string.Create(CultureInfo.InvariantCulture, $"{Component}\n{Pipeline}\n{Id}\n{Time.UtcTicks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 8));
    }
}
