using Google.Protobuf;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Json;

/// <summary>Calls the OTLP-JSON reader and writer in tests, over a pool that notices leaks when disposed.</summary>
internal sealed class Transcoding : IDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });

    public static TheoryData<Signal> Signals => [Signal.Logs, Signal.Traces, Signal.Metrics];

    public BufferPool Buffers => _buffers;

    /// <summary>Reads OTLP-JSON that must be right.</summary>
    public IMessage Accept(Signal signal, ReadOnlySpan<byte> json)
    {
        var (message, error) = Read(signal, json);
        Assert.Null(error);
        return message!;
    }

    /// <summary>Reads OTLP-JSON that must be wrong.</summary>
    public OtlpJsonError Refuse(Signal signal, ReadOnlySpan<byte> json)
    {
        var (_, error) = Read(signal, json);
        Assert.NotNull(error);
        return error;
    }

    /// <summary>Reads OTLP-JSON behind bytes that must stay as they are, and parses the outcome with Google.Protobuf.</summary>
    public (IMessage? Message, OtlpJsonError? Error) Read(Signal signal, ReadOnlySpan<byte> json, int maximumLength = int.MaxValue)
    {
        ReadOnlySpan<byte> before = "before"u8;
        using var output = new PooledBufferWriter(_buffers, "OTLP-JSON test");
        output.Write(before);
        var read = OtlpJsonReader.TryRead(signal, json, output, maximumLength, out var error);
        Assert.Equal(before, output.WrittenSpan[..before.Length]);
        if (read)
        {
            Assert.Null(error);
            return (OtlpGenerator.Parse(signal, output.WrittenSpan[before.Length..]), null);
        }

        Assert.NotNull(error);
        Assert.Equal(before.Length, output.Length);
        Assert.InRange(error.Offset, 0, json.Length);
        return (null, error);
    }

    /// <summary>Writes a whole request.</summary>
    public byte[] Write(Signal signal, IMessage request)
    {
        using var output = new PooledBufferWriter(_buffers, "OTLP-JSON test");
        OtlpJsonWriter.WriteRequest(signal, request.ToByteArray(), output);
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => _buffers.Dispose();
}
