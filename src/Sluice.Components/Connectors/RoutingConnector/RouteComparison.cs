using System.Text;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>Compares one attribute of the resource, or one header of the request, with a literal.</summary>
internal sealed class RouteComparison : RouteCondition
{
    private readonly RouteContext _context;
    private readonly string _key;
    private readonly byte[] _keyBytes;
    private readonly bool _isEqual;
    private readonly object? _literal;
    private readonly byte[] _text;

    /// <param name="context">What is looked at.</param>
    /// <param name="key">Key of the attribute, or name of the header.</param>
    /// <param name="isEqual"><c>==</c>, else <c>!=</c>.</param>
    /// <param name="literal">A string, bool, long or double; null for <c>nil</c>. For headers a string.</param>
    public RouteComparison(RouteContext context, string key, bool isEqual, object? literal)
    {
        _context = context;
        _key = key;
        _keyBytes = Encoding.UTF8.GetBytes(key);
        _isEqual = isEqual;
        _literal = literal;
        _text = literal is string text ? Encoding.UTF8.GetBytes(text) : [];
    }

    public override bool Matches(in RecordView record, RequestContext request) =>
        _context == RouteContext.Request ? MatchesHeader(request) : MatchesAttribute(record.Resource) == _isEqual;

    /// <summary>Of several values of a header one must compare so, as in the Collector; without a value neither operator holds.</summary>
    private bool MatchesHeader(RequestContext request)
    {
        for (var i = 0; i < request.Headers.Count; i++)
        {
            var (name, value) = request.Headers[i];
            if (name.Equals(_key, StringComparison.OrdinalIgnoreCase) && value.Equals((string?)_literal, StringComparison.Ordinal) == _isEqual)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Values of different kinds are not equal; numbers are compared as numbers.</summary>
    private bool MatchesAttribute(ReadOnlySpan<byte> resource)
    {
        if (!AttributeEnumerator.TryFind(resource, OtlpFields.Resource.Attributes, _keyBytes, out var value))
        {
            return _literal is null;
        }

        return (value.Kind, _literal) switch
        {
            (AnyValueKind.Empty, null) => true,
            (AnyValueKind.String, string) => value.Bytes.SequenceEqual(_text),
            (AnyValueKind.Bool, bool literal) => value.Bool == literal,
            (AnyValueKind.Int, long literal) => value.Int == literal,
            (AnyValueKind.Int, double literal) => value.Int == literal,
            (AnyValueKind.Double, long literal) => value.Double == literal,
            (AnyValueKind.Double, double literal) => value.Double == literal,
            _ => false,
        };
    }
}
