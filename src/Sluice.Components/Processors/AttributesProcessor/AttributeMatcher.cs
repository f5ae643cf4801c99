using System.Text;
using Sluice.Buffers;
using Sluice.Components.Processors.Actions;
using Sluice.Configuration;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>An attribute that must be there, with a value or any.</summary>
internal sealed class AttributeMatcher
{
    private readonly byte[] _key;
    private readonly byte[]? _literal;
    private readonly TextMatcher? _pattern;

    public AttributeMatcher(MatchType type, AttributeMatchOptions options)
    {
        _key = Encoding.UTF8.GetBytes(options.Key);
        if (type == MatchType.Strict)
        {
            _literal = options.Literal is { } literal ? LiteralValue.Encode(literal) : null;
        }
        else if (options.Literal is ConfigScalar pattern)
        {
            _pattern = new TextMatcher(type, [pattern.Verbatim]);
        }
    }

    /// <summary>Looks in field <paramref name="field"/> of a message.</summary>
    public bool Matches(ReadOnlySpan<byte> message, int field, PooledBufferWriter scratch)
    {
        if (!AttributeEnumerator.TryFind(message, field, _key, out var value))
        {
            return false;
        }

        return _pattern is not null ? MatchesPattern(value, scratch) : _literal is null || AreEqual(AnyValue.Read(_literal), value);
    }

    private bool MatchesPattern(AnyValue value, PooledBufferWriter scratch)
    {
        if (value.Kind == AnyValueKind.String)
        {
            return _pattern!.Matches(value.Bytes);
        }

        // As in the Collector, only single values have a text to match.
        if (value.Kind is not (AnyValueKind.Bool or AnyValueKind.Int or AnyValueKind.Double))
        {
            return false;
        }

        scratch.Clear();
        AnyValueText.Write(value, scratch);
        return _pattern!.Matches(scratch.WrittenSpan);
    }

    private static bool AreEqual(AnyValue expected, AnyValue actual) => expected.Kind == actual.Kind && expected.Kind switch
    {
        AnyValueKind.Bool => expected.Bool == actual.Bool,
        AnyValueKind.Int => expected.Int == actual.Int,
        AnyValueKind.Double => expected.Double.Equals(actual.Double),
        _ => expected.Bytes.SequenceEqual(actual.Bytes),
    };
}
