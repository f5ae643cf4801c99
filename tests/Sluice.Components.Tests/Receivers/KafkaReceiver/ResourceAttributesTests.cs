using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.KafkaReceiver.Decoding;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Receivers.KafkaReceiver;

public sealed class ResourceAttributesTests
{
    [Fact]
    public void Every_resource_gets_them_and_nothing_else_changes()
    {
        var generator = new OtlpGenerator(RandomSeed.Value);
        for (var round = 0; round < 200; round++)
        {
            var request = generator.Logs();
            KeyValue[] attributes = [Attribute("kafka.header.a", "1"), Attribute(SomeKeyOf(request) ?? "b", "2")];

            var changed = ExportLogsServiceRequest.Parser.ParseFrom(Add(request.ToByteArray(), attributes));

            foreach (var container in request.ResourceLogs)
            {
                container.Resource ??= new Resource();
                KeyValue[] left = [.. container.Resource.Attributes.Where(old => attributes.All(attribute => attribute.Key != old.Key))];
                container.Resource.Attributes.Clear();
                container.Resource.Attributes.AddRange(left.Concat(attributes));
            }

            Assert.Equal(request, changed);
        }
    }

    [Fact]
    public void What_is_malformed_stays_so()
    {
        var random = new Random(RandomSeed.Value);
        var generator = new OtlpGenerator(RandomSeed.Value);

        // No request has it: a malformed attribute is gone when it is replaced.
        KeyValue[] attributes = [Attribute("kafka.header.a", "1")];
        for (var round = 0; round < 1000; round++)
        {
            var request = generator.Logs().ToByteArray();
            if (request.Length == 0)
            {
                continue;
            }

            request[random.Next(request.Length)] ^= (byte)(1 << random.Next(8));
            Assert.True(IsReadable(request) || !IsReadable(Add(request, attributes)), $"Round {round} of seed {RandomSeed.Value} made something readable of what was not.");
        }
    }

    [Fact]
    public void A_field_that_breaks_off_is_not_filled_up_with_the_attributes()
    {
        // The resource is a field of 64 bits of which the first is there; the attribute has nine.
        byte[] request = [0x0A, 0x04, 0x0A, 0x02, 0x71, 0x36];
        Assert.False(IsReadable(request));
        Assert.Equal(request, Add(request, [Attribute("a", "1")]));
    }

    [Fact]
    public void Of_several_messages_for_one_resource_none_is_lost_and_the_last_gets_them()
    {
        var first = new Resource { Attributes = { Attribute("old", "1") }, DroppedAttributesCount = 7 };
        var second = new Resource { Attributes = { Attribute("a", "2") } };
        ResourceLogs[] containers = [new() { Resource = first }, new() { Resource = second, SchemaUrl = "url" }];
        var container = containers.SelectMany(part => part.ToByteArray()).ToArray();
        byte[] request = [0x0A, (byte)container.Length, .. container];

        var resource = Assert.Single(ExportLogsServiceRequest.Parser.ParseFrom(Add(request, [Attribute("a", "1")])).ResourceLogs);

        Assert.Equal(["old=1", "a=1"], resource.Resource.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value.StringValue}"));
        Assert.Equal((7u, "url"), (resource.Resource.DroppedAttributesCount, resource.SchemaUrl));
    }

    private static byte[] Add(byte[] request, KeyValue[] attributes)
    {
        using var pool = new BufferPool();
        using var output = new PooledBufferWriter(pool, "test");
        ResourceAttributes.Add(request, new Resource { Attributes = { attributes } }.ToByteArray(), output);
        return output.WrittenSpan.ToArray();
    }

    private static bool IsReadable(byte[] request)
    {
        try
        {
            ExportLogsServiceRequest.Parser.ParseFrom(request);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static string? SomeKeyOf(ExportLogsServiceRequest request) =>
        request.ResourceLogs.SelectMany(container => container.Resource?.Attributes ?? []).FirstOrDefault()?.Key;

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
