using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;
using Value = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Editing;

public sealed class AttributeEditorTests : IDisposable
{
    private static readonly Value[] Kinds =
    [
        new() { StringValue = "text" },
        new() { BoolValue = true },
        new() { IntValue = -5 },
        new() { DoubleValue = 2.5 },
        new() { BytesValue = ByteString.CopyFrom(1, 2, 3) },
        new() { ArrayValue = new() { Values = { new Value { IntValue = 1 }, new Value { StringValue = "b" } } } },
        new() { KvlistValue = new() { Values = { Pair("k", new Value { BoolValue = false }) } } },
        new(),
    ];

    private readonly BufferPool _buffers = new(new() { Tracking = true });

    public static TheoryData<int> KindIndexes => [.. Enumerable.Range(0, Kinds.Length)];

    public void Dispose() => _buffers.Dispose();

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Insert_adds_a_value_of_any_kind_where_the_key_is_absent(int kind)
    {
        var literal = AttributeSource.EncodedValue(Kinds[kind].ToByteArray());

        Assert.Equal(
            [Pair("a", Text("1")), Pair("b", Kinds[kind])],
            Edit([Pair("a", Text("1"))], AttributeOperation.Insert("b", literal), AttributeOperation.Insert("a", literal)));
    }

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Update_sets_a_value_of_any_kind_where_the_key_is_present(int kind)
    {
        var literal = AttributeSource.EncodedValue(Kinds[kind].ToByteArray());

        Assert.Equal(
            [Pair("a", Kinds[kind])],
            Edit([Pair("a", Text("1"))], AttributeOperation.Update("b", literal), AttributeOperation.Update("a", literal)));
    }

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Upsert_copies_a_value_of_any_kind_from_another_attribute(int kind) =>
        Assert.Equal(
            [Pair("a", Kinds[kind]), Pair("b", Kinds[kind]), Pair("c", Kinds[kind])],
            Edit(
                [Pair("a", Kinds[kind]), Pair("b", Text("old"))],
                AttributeOperation.Upsert("b", AttributeSource.FromAttribute("a")),
                AttributeOperation.Upsert("c", AttributeSource.FromAttribute("b")),
                AttributeOperation.Upsert("d", AttributeSource.FromAttribute("absent"))));

    [Fact]
    public void Literals_are_encoded_as_their_kind() =>
        Assert.Equal(
            [Pair("s", Text("ü")), Pair("i", new() { IntValue = long.MinValue }), Pair("d", new() { DoubleValue = 0.1 }), Pair("b", new() { BoolValue = true })],
            Edit(
                [Pair("s", Text("old"))],
                AttributeOperation.Upsert("s", AttributeSource.Literal("ü")),
                AttributeOperation.Upsert("i", AttributeSource.Literal(long.MinValue)),
                AttributeOperation.Upsert("d", AttributeSource.Literal(0.1)),
                AttributeOperation.Upsert("b", AttributeSource.Literal(true))));

    [Fact]
    public void Delete_takes_out_every_attribute_of_the_key_or_pattern() =>
        Assert.Equal(
            [Pair("keep", Text("1"))],
            Edit(
                [Pair("db.user", Text("1")), Pair("keep", Text("1")), Pair("secret", Text("1")), Pair("secret", Text("2")), Pair("db.name", Text("1"))],
                AttributeOperation.Delete("secret"),
                AttributeOperation.Delete(null, new Regex("^db[.]"))));

    [Fact]
    public void Hash_replaces_each_kind_of_value_by_its_digest()
    {
        var eight = new byte[8];
        string[] expected =
        [
            Digest("text"u8), Digest([1]), "", "", Digest([1, 2, 3]), Digest("[1,\"b\"]"u8), Digest("{\"k\":false}"u8), "",
        ];
        BinaryPrimitives.WriteInt64LittleEndian(eight, -5);
        expected[2] = Digest(eight);
        BinaryPrimitives.WriteDoubleLittleEndian(eight, 2.5);
        expected[3] = Digest(eight);

        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            Assert.Equal([Pair("a", Text(expected[kind]))], Edit([Pair("a", Kinds[kind])], AttributeOperation.Hash("a")));
        }
    }

    [Fact]
    public void Hash_applies_once_to_what_key_and_pattern_both_name() =>
        Assert.Equal(
            [Pair("user", Text(Digest("x"u8))), Pair("user.id", Text(Digest("y"u8))), Pair("other", Text("z"))],
            Edit(
                [Pair("user", Text("x")), Pair("user.id", Text("y")), Pair("other", Text("z"))],
                AttributeOperation.Hash("user", new Regex("^user"))));

    [Fact]
    public void Extract_sets_an_attribute_from_each_group()
    {
        var pattern = new Regex("^(?<scheme>[a-z]+)://(?<host>[^/:]+)(?<port>:[0-9]+)?", RegexOptions.NonBacktracking);

        Assert.Equal(
            [Pair("url", Text("http://müller.de/x")), Pair("host", Text("müller.de")), Pair("scheme", Text("http")), Pair("port", Text(""))],
            Edit([Pair("url", Text("http://müller.de/x")), Pair("host", Text("old"))], AttributeOperation.Extract("url", pattern)));
    }

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Extract_leaves_what_does_not_match_alone(int kind) =>
        Assert.Null(EditOrNull([Pair("a", Kinds[kind])], AttributeOperation.Extract("a", new Regex("(?<digits>[0-9]+)"))));

    [Fact]
    public void Extract_needs_a_name_for_every_group()
    {
        Assert.Throws<ArgumentException>(() => AttributeOperation.Extract("a", new Regex("a(b)")));
        Assert.Throws<ArgumentException>(() => AttributeOperation.Extract("a", new Regex("ab")));
    }

    [Theory]
    [InlineData(2.0, "2")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(0.00001234, "0.00001234")]
    [InlineData(0.0000001, "1e-7")]
    [InlineData(-1.5e-9, "-1.5e-9")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(123456789012345680.0, "123456789012345680")]
    [InlineData(-1.5e17, "-150000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Doubles_become_text_without_needless_digits(double value, string expected) =>
        Assert.Equal(
            [Pair("a", Text(expected))],
            Edit([Pair("a", new() { DoubleValue = value })], AttributeOperation.Convert("a", AnyValueKind.String)));

    [Fact]
    public void Convert_to_text_prints_every_kind()
    {
        string[] expected = ["text", "true", "-5", "2.5", "AQID", "[1,\"b\"]", "{\"k\":false}", ""];
        for (var kind = 1; kind < Kinds.Length; kind++)
        {
            Assert.Equal([Pair("a", Text(expected[kind]))], Edit([Pair("a", Kinds[kind])], AttributeOperation.Convert("a", AnyValueKind.String)));
        }
    }

    [Fact]
    public void Convert_reads_numbers_and_bools()
    {
        (Value From, AnyValueKind To, Value? Expected)[] table =
        [
            (Text("42"), AnyValueKind.Int, new() { IntValue = 42 }),
            (Text("-9223372036854775808"), AnyValueKind.Int, new() { IntValue = long.MinValue }),
            (Text("9223372036854775808"), AnyValueKind.Int, null),
            (Text(" 42"), AnyValueKind.Int, null),
            (Text("4.2"), AnyValueKind.Int, null),
            (Text(""), AnyValueKind.Int, null),
            (new() { DoubleValue = -2.9 }, AnyValueKind.Int, new() { IntValue = -2 }),
            (new() { DoubleValue = 1e300 }, AnyValueKind.Int, new() { IntValue = long.MaxValue }),
            (new() { BoolValue = true }, AnyValueKind.Int, new() { IntValue = 1 }),
            (new() { BytesValue = ByteString.CopyFromUtf8("1") }, AnyValueKind.Int, null),
            (Text("4.5e3"), AnyValueKind.Double, new() { DoubleValue = 4500 }),
            (Text("1e999"), AnyValueKind.Double, null),
            (Text("x"), AnyValueKind.Double, null),
            (new() { IntValue = 3 }, AnyValueKind.Double, new() { DoubleValue = 3 }),
            (new() { BoolValue = false }, AnyValueKind.Double, new() { DoubleValue = 0 }),
            (Text("TRUE"), AnyValueKind.Bool, new() { BoolValue = true }),
            (Text("0"), AnyValueKind.Bool, new() { BoolValue = false }),
            (Text("yes"), AnyValueKind.Bool, null),
            (new() { IntValue = 2 }, AnyValueKind.Bool, new() { BoolValue = true }),
            (new() { DoubleValue = 0 }, AnyValueKind.Bool, new() { BoolValue = false }),
            (new(), AnyValueKind.Bool, null),
        ];
        foreach (var (from, to, expected) in table)
        {
            var actual = EditOrNull([Pair("a", from)], AttributeOperation.Convert("a", to));
            Assert.Equal(expected, actual?[0].Value);
        }
    }

    [Fact]
    public void A_value_made_by_one_operation_is_read_by_the_next() =>
        Assert.Equal(
            [Pair("b", new() { IntValue = 8080 })],
            Edit(
                [Pair("url", Text("host:8080"))],
                AttributeOperation.Extract("url", new Regex(":(?<a>[0-9]+)")),
                AttributeOperation.Insert("b", AttributeSource.FromAttribute("a")),
                AttributeOperation.Convert("b", AnyValueKind.Int),
                AttributeOperation.Delete("url"),
                AttributeOperation.Delete("a")));

    [Fact]
    public void A_value_of_the_context_is_a_text()
    {
        Assert.Equal([Pair("peer", Text("10.0.0.1"))], Edit([], AttributeOperation.Upsert("peer", AttributeSource.FromContext("client.address"))));
        Assert.Null(EditOrNull([], AttributeOperation.Upsert("peer", AttributeSource.FromContext("unknown"))));
    }

    [Fact]
    public void Operations_that_change_nothing_leave_the_message_alone() =>
        Assert.Null(EditOrNull(
            [Pair("a", Text("1"))],
            AttributeOperation.Insert("a", AttributeSource.Literal("2")),
            AttributeOperation.Update("b", AttributeSource.Literal("2")),
            AttributeOperation.Upsert("a", AttributeSource.Literal("1")),
            AttributeOperation.Delete("b"),
            AttributeOperation.Hash("b"),
            AttributeOperation.Convert("a", AnyValueKind.String)));

    private static Value Text(string text) => new() { StringValue = text };

    private static KeyValue Pair(string key, Value value) => new() { Key = key, Value = value };

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private IList<KeyValue> Edit(KeyValue[] attributes, params AttributeOperation[] operations) =>
        EditOrNull(attributes, operations) ?? throw new InvalidOperationException("Nothing changed.");

    private IList<KeyValue>? EditOrNull(KeyValue[] attributes, params AttributeOperation[] operations)
    {
        var record = new LogRecord { TimeUnixNano = 1, Attributes = { attributes }, EventName = "kept" };
        using var editor = new AttributeEditor(operations, _buffers);
        using var output = new PooledBufferWriter(_buffers, "test");
        if (!editor.TryEdit(record.ToByteArray(), OtlpFields.LogRecord.Attributes, output, new Context()))
        {
            Assert.Equal(0, output.Length);
            return null;
        }

        var edited = LogRecord.Parser.ParseFrom(output.WrittenSpan);
        Assert.Equal((1UL, "kept"), (edited.TimeUnixNano, edited.EventName));
        return edited.Attributes;
    }

    private sealed class Context : IAttributeContext
    {
        public bool TryWrite(string name, PooledBufferWriter output)
        {
            if (name != "client.address")
            {
                return false;
            }

            output.Write("10.0.0.1"u8);
            return true;
        }
    }
}
