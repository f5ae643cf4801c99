using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Receivers.PrometheusReceiver.Targets;

/// <summary>A rule of relabelling, compiled. Immutable.</summary>
internal sealed class RelabelRule
{
    /// <summary>The expression that fits everything, and the replacement that is all of it: what a rule has that says neither.</summary>
    private const string Everything = "(.*)";
    private const string Whole = "$1";

    private readonly RelabelOptions _options;
    private readonly byte[][] _sources;
    private readonly byte[] _separator;
    private readonly byte[] _target;
    private readonly byte[] _replacement;
    private readonly bool _fitsAll;
    private readonly bool _isTargetExpanded;
    private readonly Regex _regex;
    private readonly string[] _groups;

    public RelabelRule(RelabelOptions options)
    {
        _options = options;
        _sources = [.. options.SourceLabels.Select(Encoding.UTF8.GetBytes)];
        _separator = Encoding.UTF8.GetBytes(options.Separator);
        _target = Encoding.UTF8.GetBytes(options.TargetLabel);
        _replacement = Encoding.UTF8.GetBytes(options.Replacement);
        _fitsAll = options.Regex == Everything;
        _isTargetExpanded = options.TargetLabel.Contains('$', StringComparison.Ordinal);
        _regex = Compile(options.Regex);
        _groups = GroupsOf(options.Regex);
    }

    /// <summary>Why a text is no regular expression; null when it is one.</summary>
    public static string? FindFault(string regex)
    {
        try
        {
            // As it stands first: what is put around it is not the user's.
            Re2Pattern.Compile(regex);
            Compile(regex);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    /// <summary>Applies rules one after the other.</summary>
    /// <returns>False when what the labels are of is dropped.</returns>
    public static bool Apply(IReadOnlyList<RelabelRule> rules, LabelSet labels)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (!rules[i].Apply(labels))
            {
                return false;
            }
        }

        return true;
    }

    private bool Apply(LabelSet labels)
    {
        switch (_options.Action)
        {
            case RelabelAction.LabelMap:
                foreach (var (name, value) in labels.Texts.ToArray())
                {
                    if (_regex.Match(name) is { Success: true } match)
                    {
                        labels.Set(Expand(_options.Replacement, match), value);
                    }
                }

                return true;
            case RelabelAction.LabelDrop or RelabelAction.LabelKeep:
                for (var i = labels.Count - 1; i >= 0; i--)
                {
                    if (Fits(labels.Name(i)) == (_options.Action == RelabelAction.LabelDrop))
                    {
                        labels.RemoveAt(i);
                    }
                }

                return true;
            default:
                return ApplyToSource(labels);
        }
    }

    private bool ApplyToSource(LabelSet labels)
    {
        var rented = _sources.Length == 1 ? [] : ArrayPool<byte>.Shared.Rent(LengthOf(labels));
        var source = _sources.Length == 1 ? labels.Get(_sources[0]) : Join(labels, rented);
        var isKept = true;
        switch (_options.Action)
        {
            case RelabelAction.Keep:
                isKept = Fits(source);
                break;
            case RelabelAction.Drop:
                isKept = !Fits(source);
                break;
            case RelabelAction.KeepEqual:
                isKept = source.SequenceEqual(labels.Get(_target));
                break;
            case RelabelAction.DropEqual:
                isKept = !source.SequenceEqual(labels.Get(_target));
                break;
            case RelabelAction.Replace:
                Replace(labels, source);
                break;
            case RelabelAction.Lowercase:
                labels.Set(_options.TargetLabel, Encoding.UTF8.GetString(source).ToLowerInvariant());
                break;
            case RelabelAction.Uppercase:
                labels.Set(_options.TargetLabel, Encoding.UTF8.GetString(source).ToUpperInvariant());
                break;
            default:
                labels.Set(_options.TargetLabel, (Hash(source) % (ulong)_options.Modulus).ToString(CultureInfo.InvariantCulture));
                break;
        }

        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isKept;
    }

    private int LengthOf(LabelSet labels)
    {
        var length = 1;
        foreach (var name in _sources)
        {
            length += labels.Get(name).Length + _separator.Length;
        }

        return length;
    }

    private ReadOnlySpan<byte> Join(LabelSet labels, Span<byte> into)
    {
        var length = 0;
        for (var i = 0; i < _sources.Length; i++)
        {
            if (i > 0)
            {
                _separator.CopyTo(into[length..]);
                length += _separator.Length;
            }

            var value = labels.Get(_sources[i]);
            value.CopyTo(into[length..]);
            length += value.Length;
        }

        return into[..length];
    }

    /// <summary>Whether the expression fits, without an allocation for texts of usual length.</summary>
    private bool Fits(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[256];
        text = utf8.Length <= text.Length ? text : new char[utf8.Length];
        return _fitsAll || _regex.IsMatch(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    private void Replace(LabelSet labels, ReadOnlySpan<byte> source)
    {
        if (_fitsAll && _options.Replacement == Whole && !_isTargetExpanded)
        {
            labels.Set(_target, source);
        }
        else if (!Fits(source))
        {
            return;
        }
        else if (!_isTargetExpanded && !_options.Replacement.Contains('$', StringComparison.Ordinal))
        {
            labels.Set(_target, _replacement);
        }
        else
        {
            var match = _regex.Match(Encoding.UTF8.GetString(source));
            if (Expand(_options.TargetLabel, match) is { Length: > 0 } target)
            {
                labels.Set(target, Expand(_options.Replacement, match));
            }
        }
    }

    /// <summary>The last eight bytes of the MD5, which is what Prometheus shares targets out by.</summary>
    private static ulong Hash(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt64BigEndian(Md5(source).AsSpan(8));

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Shares targets out, and has to do it as Prometheus does.")]
    private static byte[] Md5(ReadOnlySpan<byte> source) => MD5.HashData(source);

    /// <summary>As Prometheus does: it has to fit as a whole, and a dot stands for a line feed too.</summary>
    private static Regex Compile(string regex) => Re2Pattern.Compile($"^(?s:{regex})$");

    /// <summary>RE2 numbers groups in their order; .NET numbers those with a name after those without.</summary>
    private string GroupOf(Match match, string name) =>
        !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? match.Groups[name].Value
        : number < _groups.Length ? match.Groups[_groups[number]].Value : "";

    /// <summary>The names of .NET for the groups by their number in RE2.</summary>
    private static string[] GroupsOf(string regex)
    {
        List<string> groups = ["0"];
        var unnamed = 0;
        var isClass = false;
        for (var i = 0; i < regex.Length; i++)
        {
            switch (regex[i])
            {
                case '\\' when regex.AsSpan(i).StartsWith("\\Q"):
                    var end = regex.IndexOf("\\E", i, StringComparison.Ordinal);
                    i = end < 0 ? regex.Length : end + 1;
                    break;
                case '\\':
                    i++;
                    break;
                case '[' when !isClass:
                    isClass = true;

                    // A bracket that stands first is one of the class.
                    i += regex.AsSpan(i + 1).StartsWith("^]") ? 2 : regex.AsSpan(i + 1).StartsWith("]") ? 1 : 0;
                    break;
                case '[' when regex.AsSpan(i).StartsWith("[:"):
                    i = Math.Max(i, regex.IndexOf(":]", i, StringComparison.Ordinal) + 1);
                    break;
                case ']':
                    isClass = false;
                    break;
                case '(' when !isClass:
                    var rest = regex.AsSpan(i + 1);
                    if (!rest.StartsWith("?"))
                    {
                        groups.Add((++unnamed).ToString(CultureInfo.InvariantCulture));
                    }
                    else if (rest.StartsWith("?P<") || rest.StartsWith("?<"))
                    {
                        var name = rest[(rest.IndexOf('<') + 1)..];
                        groups.Add(name[..name.IndexOf('>')].ToString());
                    }

                    break;
            }
        }

        return [.. groups];
    }

    /// <summary>Puts groups in where <c>$1</c>, <c>${1}</c>, <c>$name</c> or <c>${name}</c> stand; a group that is not there is empty, and <c>$$</c> is a dollar sign.</summary>
    private string Expand(string template, Match match)
    {
        if (!template.Contains('$', StringComparison.Ordinal))
        {
            return template;
        }

        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i]);
                continue;
            }

            if (template[i + 1] == '$')
            {
                text.Append('$');
                i++;
                continue;
            }

            var isBraced = template[i + 1] == '{';
            var start = isBraced ? i + 2 : i + 1;
            var end = start;
            while (end < template.Length && (template[end] == '_' || char.IsAsciiLetterOrDigit(template[end])))
            {
                end++;
            }

            if (end == start || (isBraced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(GroupOf(match, template[start..end]));
            i = isBraced ? end : end - 1;
        }

        return text.ToString();
    }
}
