using System.Text;
using System.Text.RegularExpressions;
using Sluice.Configuration;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>Which names are measured. Nothing is allocated to ask for one.</summary>
internal sealed class NameFilter
{
    private readonly NameSet? _include;
    private readonly NameSet? _exclude;

    private NameFilter(NameSet? include, NameSet? exclude) => (_include, _exclude) = (include, exclude);

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">Something is no regular expression.</exception>
    public static NameFilter Of(IReadOnlyList<string>? include, MatchType? includeType, IReadOnlyList<string>? exclude, MatchType? excludeType) =>
        new(NameSet.Of(include, includeType), NameSet.Of(exclude, excludeType));

    /// <summary>Reports each expression that is none, at the key of the list that has it.</summary>
    public static void Check(OptionsValidation context, string key, MatchType type, IReadOnlyList<string> names)
    {
        foreach (var name in type == MatchType.Regexp ? names : [])
        {
            try
            {
                Re2Pattern.Compile(name);
            }
            catch (ArgumentException exception)
            {
                context.Error(key, $"\"{name}\" is no regular expression: {exception.Message.TrimEnd('.')}", "write it as the Collector takes it (RE2), or set match_type to strict");
            }
        }
    }

    /// <summary>Whether a name is measured.</summary>
    /// <param name="utf8">The name.</param>
    public bool Takes(ReadOnlySpan<byte> utf8)
    {
        if (_include is null && _exclude is null)
        {
            return true;
        }

        Span<char> text = stackalloc char[256];
        text = utf8.Length <= text.Length ? text : new char[utf8.Length];
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        return _include?.Has(text) != false && _exclude?.Has(text) != true;
    }

    /// <summary>Names, or expressions that fit a part of them.</summary>
    private sealed class NameSet
    {
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
        private readonly Regex[] _patterns = [];

        private NameSet(IReadOnlyList<string> names, MatchType? type)
        {
            _names = new HashSet<string>(type == MatchType.Regexp ? [] : names, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            _patterns = type == MatchType.Regexp ? [.. names.Select(Re2Pattern.Compile)] : [];
        }

        /// <summary>A list without names is none, as in the Collector: including nothing would measure nothing.</summary>
        public static NameSet? Of(IReadOnlyList<string>? names, MatchType? type) => names is null or { Count: 0 } ? null : new NameSet(names, type);

        public bool Has(ReadOnlySpan<char> name)
        {
            foreach (var pattern in _patterns)
            {
                if (pattern.IsMatch(name))
                {
                    return true;
                }
            }

            return _names.Contains(name);
        }
    }
}
