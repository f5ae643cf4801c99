using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;

namespace Sluice.Components.Tests.Connectors;

public sealed class KeyBuilderTests
{
    [Fact]
    public void Values_of_one_text_make_one_key()
    {
        Assert.Equal(KeyOf(new AnyValue { StringValue = "-500" }), KeyOf(new AnyValue { IntValue = -500 }));
        Assert.Equal(KeyOf(new AnyValue { StringValue = "true" }), KeyOf(new AnyValue { BoolValue = true }));
        Assert.Equal(KeyOf(new AnyValue { StringValue = "" }), KeyOf(new AnyValue()));
        Assert.NotEqual(KeyOf(new AnyValue { StringValue = "" }), KeyOf([null]));
    }

    [Fact]
    public void Values_that_are_cut_elsewhere_make_other_keys() =>
        Assert.NotEqual(
            KeyOf(new AnyValue { StringValue = "ab" }, new AnyValue { StringValue = "c" }), KeyOf(new AnyValue { StringValue = "a" }, new AnyValue { StringValue = "bc" }));

    [Theory]
    [InlineData(0)]
    [InlineData(251)]
    [InlineData(100_000)]
    public void Keys_of_any_length_are_whole(int length)
    {
        var text = new string('x', length);

        Assert.Equal([1, 2, 3, 4, 5, .. BitConverter.GetBytes(length), .. text.Select(letter => (byte)letter), 1, 0, 0, 0, (byte)'6'], KeyOf(new AnyValue { StringValue = text }, new AnyValue { StringValue = "6" }));
    }

    private static byte[] KeyOf(params AnyValue?[] values)
    {
        using var pool = new BufferPool();
        using var key = new KeyBuilder(pool);
        key.Begin(0x04030201, 5);
        foreach (var value in values)
        {
            if (value is null)
            {
                key.AddAbsent();
            }
            else
            {
                key.AddValue(value.ToByteArray());
            }
        }

        return key.Key.ToArray();
    }
}
