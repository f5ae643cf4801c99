using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Configuration;

/// <summary>
/// Reads one YAML document into a tree. Works on parse events, since these carry every position; reports what is wrong to a bag and
/// never throws for bad input. Duplicate keys are reported and reading goes on; after an error of syntax nothing of the text is used.
/// </summary>
internal sealed class YamlTreeReader
{
    private const string MergeKey = "<<";

    private readonly string _source;
    private readonly DiagnosticBag _diagnostics;
    private readonly LoadLimits _limits;
    private readonly Parser _parser;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);

    private YamlTreeReader(string source, string text, DiagnosticBag diagnostics, LoadLimits limits)
    {
        _source = source;
        _diagnostics = diagnostics;
        _limits = limits;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>Reads a text; null, with an error in the bag, when it is not YAML. An empty text is a null scalar.</summary>
    public static ConfigNode? Read(string source, string text, DiagnosticBag diagnostics, LoadLimits limits)
    {
        try
        {
            return new YamlTreeReader(source, text, diagnostics, limits).ReadDocument();
        }
        catch (TreeReadException exception)
        {
            diagnostics.Error(exception.Position, "", exception.Message, exception.Remedy);
        }
        catch (YamlException exception)
        {
            var position = new SourcePosition(source, (int)exception.Start.Line, (int)exception.Start.Column);
            diagnostics.Add(YamlSyntaxError.Explain(text, position, exception.Message));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser is not ours, and some malformed input reaches its own internal errors.
            diagnostics.Error(new SourcePosition(source, 1, 1), "", "the text is not YAML", "check it with a YAML validator");
        }

        return null;
    }

    private ConfigNode ReadDocument()
    {
        Next<StreamStart>();
        if (Advance() is StreamEnd)
        {
            return new ConfigScalar(new SourcePosition(_source, 1, 1), "");
        }

        Advance();
        var root = ReadNode("", 0);
        Next<DocumentEnd>();
        if (Advance() is DocumentStart second)
        {
            throw new TreeReadException(At(second.Start), "a second document begins here", "keep one document per file, and give several files with --config");
        }

        return root;
    }

    private ConfigNode ReadNode(string path, int depth)
    {
        var current = _parser.Current!;
        var position = At(current.Start);
        if (depth > LoadLimits.Depth)
        {
            throw new TreeReadException(position, $"maps and lists are nested deeper than {LoadLimits.Depth} levels", "flatten them");
        }

        Take(position);
        switch (current)
        {
            case AnchorAlias alias:
                return _anchors.TryGetValue(alias.Value.Value, out var target)
                    ? Copy(target, position, depth)
                    : throw new TreeReadException(position, $"the alias *{alias.Value.Value} has no anchor before it", $"define &{alias.Value.Value} above");
            case Scalar scalar:
                return Anchored(scalar, ReadScalar(scalar, position));
            case SequenceStart sequence:
                return Anchored(sequence, ReadList(sequence, position, path, depth));
            case MappingStart mapping:
                return Anchored(mapping, ReadMap(mapping, position, path, depth));
            default:
                throw new TreeReadException(position, "a value is expected here", "give a scalar, a list or a map");
        }
    }

    private ConfigList ReadList(SequenceStart start, SourcePosition position, string path, int depth)
    {
        RefuseTag(start.Tag, "tag:yaml.org,2002:seq", position);
        var items = new List<ConfigNode>();
        while (Advance() is not SequenceEnd)
        {
            items.Add(ReadNode(ConfigPath.Item(path, items.Count), depth + 1));
        }

        return new ConfigList(position, items);
    }

    private ConfigMap ReadMap(MappingStart start, SourcePosition position, string path, int depth)
    {
        RefuseTag(start.Tag, "tag:yaml.org,2002:map", position);
        var entries = new List<ConfigEntry>();
        var first = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        var merged = new List<(SourcePosition Position, ConfigNode Value)>();
        while (Advance() is not MappingEnd)
        {
            var keyPosition = At(_parser.Current!.Start);
            if (_parser.Current is not Scalar key)
            {
                throw new TreeReadException(keyPosition, "a key must be plain text", "quote it if it begins with one of * & [ { ?");
            }

            Advance();
            var keyPath = ConfigPath.Key(path, key.Value);
            var value = ReadNode(keyPath, depth + 1);
            if (key is { Value: MergeKey, Style: ScalarStyle.Plain })
            {
                merged.Add((keyPosition, value));
            }
            else if (first.TryAdd(key.Value, keyPosition))
            {
                entries.Add(new ConfigEntry(key.Value, keyPosition, value));
            }
            else
            {
                _diagnostics.Error(keyPosition, keyPath, $"the key is given twice, first at {first[key.Value]}", "remove one of the two");
            }
        }

        foreach (var (at, value) in merged)
        {
            AddMerged(entries, first, value, at);
        }

        return new ConfigMap(position, entries);
    }

    /// <summary>The merge key of YAML 1.1: keys of the map itself win, then those of earlier maps in the list.</summary>
    private static void AddMerged(List<ConfigEntry> entries, Dictionary<string, SourcePosition> known, ConfigNode value, SourcePosition position)
    {
        IReadOnlyList<ConfigNode> maps = value is ConfigList list ? list.Items : [value];
        foreach (var item in maps)
        {
            if (item is not ConfigMap map)
            {
                throw new TreeReadException(position, "the merge key << needs a map or a list of maps", "give an alias such as *name of a map");
            }

            foreach (var entry in map.Entries)
            {
                if (known.TryAdd(entry.Key, entry.KeyPosition))
                {
                    entries.Add(entry);
                }
            }
        }
    }

    private static ConfigScalar ReadScalar(Scalar scalar, SourcePosition position)
    {
        var isQuoted = scalar.Style != ScalarStyle.Plain;
        if (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific)
        {
            return new ConfigScalar(position, scalar.Value, isQuoted || scalar.Tag.IsNonSpecific);
        }

        var kind = CoreSchema.Resolve(scalar.Value);
        return scalar.Tag.Value switch
        {
            "tag:yaml.org,2002:str" => new ConfigScalar(position, scalar.Value, isQuoted: true),
            "tag:yaml.org,2002:int" when kind is ScalarKind.Int => new ConfigScalar(position, scalar.Value, isQuoted: false),
            "tag:yaml.org,2002:float" when kind is ScalarKind.Int or ScalarKind.Float => new ConfigScalar(position, scalar.Value, false, ScalarKind.Float),
            "tag:yaml.org,2002:bool" when kind is ScalarKind.Bool => new ConfigScalar(position, scalar.Value, isQuoted: false),
            "tag:yaml.org,2002:null" when kind is ScalarKind.Null => new ConfigScalar(position, scalar.Value, isQuoted: false),
            _ => throw new TreeReadException(position, "the tag is not supported, or does not fit the value", "leave the tag out"),
        };
    }

    private static void RefuseTag(TagName tag, string allowed, SourcePosition position)
    {
        if (!tag.IsEmpty && !tag.IsNonSpecific && tag.Value != allowed)
        {
            throw new TreeReadException(position, "the tag is not supported", "leave the tag out");
        }
    }

    private ConfigNode Anchored(NodeEvent node, ConfigNode value)
    {
        // Only known once complete, so that a value cannot hold itself.
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = value;
        }

        return value;
    }

    /// <summary>An aliased value is copied, since every node has one path; positions stay where the value is written.</summary>
    private ConfigNode Copy(ConfigNode node, SourcePosition alias, int depth)
    {
        Take(alias);
        if (depth > LoadLimits.Depth)
        {
            throw new TreeReadException(alias, $"aliases make maps and lists deeper than {LoadLimits.Depth} levels", "flatten them");
        }

        return node switch
        {
            ConfigMap map => new ConfigMap(map.Position, [.. map.Entries.Select(e => e with { Value = Copy(e.Value, alias, depth + 1) })]),
            ConfigList list => new ConfigList(list.Position, [.. list.Items.Select(item => Copy(item, alias, depth + 1))]),
            ConfigScalar scalar => new ConfigScalar(scalar.Position, scalar.Text, scalar.IsQuoted, scalar.Kind),
            _ => throw new InvalidOperationException("There are three kinds of nodes."),
        };
    }

    private void Take(SourcePosition position)
    {
        if (!_limits.TryTakeNode())
        {
            throw new TreeReadException(position, $"the configuration has more than {LoadLimits.Nodes} values, aliases expanded", "use fewer aliases of aliases");
        }
    }

    private ParsingEvent Advance() =>
        _parser.MoveNext() && _parser.Current is { } current
            ? current
            : throw new TreeReadException(new SourcePosition(_source, 1, 1), "the text ends early", "complete it");

    private void Next<TEvent>()
        where TEvent : ParsingEvent
    {
        if (Advance() is not TEvent)
        {
            throw new TreeReadException(At(_parser.Current!.Start), "the text is not one YAML document", "check the indentation");
        }
    }

    private SourcePosition At(Mark mark) => new(_source, (int)mark.Line, (int)mark.Column);

    /// <summary>Leaves the reader from any depth after an error that makes the rest meaningless.</summary>
    private sealed class TreeReadException(SourcePosition position, string message, string remedy) : Exception(message)
    {
        public SourcePosition Position { get; } = position;

        public string Remedy { get; } = remedy;
    }
}
