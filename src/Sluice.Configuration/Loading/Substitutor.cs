namespace Sluice.Configuration;

/// <summary>
/// Resolves <c>${…}</c> in the scalars of a tree. A placeholder that is the whole value is typed as YAML would, be it a number, a list or a
/// map; in the middle of text it gives text. Values of variables are taken as they are; only maps and lists out of substituted files are
/// configuration again and may hold placeholders.
/// </summary>
internal sealed class Substitutor
{
    private readonly DiagnosticBag _diagnostics;
    private readonly LoadLimits _limits;
    private readonly PlaceholderResolver _resolver;

    public Substitutor(IConfigurationEnvironment environment, DiagnosticBag diagnostics, LoadLimits limits)
    {
        _diagnostics = diagnostics;
        _limits = limits;
        _resolver = new PlaceholderResolver(environment, diagnostics, limits);
    }

    public ConfigNode Resolve(ConfigNode node) => Resolve(node, "", 0, 0);

    private ConfigNode Resolve(ConfigNode node, string path, int depth, int fileDepth)
    {
        if (depth > LoadLimits.Depth)
        {
            _diagnostics.Error(node.Position, path, $"substituted files make maps and lists deeper than {LoadLimits.Depth} levels", "flatten them");
            return Unresolved(node.Position);
        }

        switch (node)
        {
            case ConfigMap map:
                return ResolveMap(map, path, depth, fileDepth);
            case ConfigList list:
                return new ConfigList(list.Position, [.. list.Items.Select((item, i) => Resolve(item, ConfigPath.Item(path, i), depth + 1, fileDepth))]);
            case ConfigScalar scalar when scalar.Text.Contains('$', StringComparison.Ordinal):
                return ResolveScalar(scalar, path, depth, fileDepth);
            default:
                return node;
        }
    }

    private ConfigMap ResolveMap(ConfigMap map, string path, int depth, int fileDepth)
    {
        var entries = new List<ConfigEntry>(map.Entries.Count);
        foreach (var entry in map.Entries)
        {
            var key = ConfigPath.Key(path, entry.Key);
            if (entry.Key.Contains("${", StringComparison.Ordinal))
            {
                _diagnostics.Error(entry.KeyPosition, key, "placeholders are not resolved in keys", "write the key out");
            }

            entries.Add(entry with { Value = Resolve(entry.Value, key, depth + 1, fileDepth) });
        }

        return new ConfigMap(map.Position, entries);
    }

    private ConfigNode ResolveScalar(ConfigScalar scalar, string path, int depth, int fileDepth)
    {
        var expansion = _resolver.Expand(scalar.Text, scalar.Position, path);
        if (expansion is null)
        {
            return Unresolved(scalar.Position);
        }

        if (!expansion.IsWhole)
        {
            return expansion.Origin is null && scalar.Kind == ScalarKind.String
                ? new ConfigScalar(scalar.Position, expansion.Text, isQuoted: scalar.IsQuoted, ScalarKind.String)
                : new ConfigScalar(scalar.Position, expansion.Text, scalar.IsQuoted) { Origin = expansion.Origin };
        }

        return Typed(expansion, scalar.Position, path, depth, fileDepth);
    }

    private ConfigNode Typed(Expansion expansion, SourcePosition position, string path, int depth, int fileDepth)
    {
        // What is not YAML is text: a password may be anything. Its problems are therefore nobody's concern.
        var problems = new DiagnosticBag();
        var parsed = YamlTreeReader.Read(expansion.File ?? position.Source, expansion.Text, problems, _limits);
        if (problems.HasErrors && parsed is not null)
        {
            // A readable map with a key given twice: in a file that is a mistake, in a variable it is text.
            if (expansion.File is null)
            {
                parsed = null;
            }
            else
            {
                _diagnostics.AddRange(problems);
            }
        }

        switch (parsed)
        {
            case ConfigMap or ConfigList when expansion.File is not null:
                if (fileDepth >= LoadLimits.FileDepth)
                {
                    _diagnostics.Error(position, path, $"substituted files include one another more than {LoadLimits.FileDepth} deep", "break the circle");
                    return Unresolved(position);
                }

                return WithOrigin(Resolve(parsed, path, depth, fileDepth + 1), expansion);
            case ConfigMap or ConfigList:
                return WithOrigin(TreePositions.Move(parsed, position), expansion);
            case ConfigScalar { Kind: not ScalarKind.String } typed:
                return new ConfigScalar(position, typed.Text, isQuoted: false) { Origin = expansion.Origin, SubstitutedText = expansion.Text };
            default:
                return new ConfigScalar(position, expansion.Text, isQuoted: true)
                {
                    Origin = expansion.Origin,
                    SubstitutedText = expansion.Text,
                    NotYamlAt = expansion.File is null || parsed is not null ? null : problems.Items[0].Position,
                };
        }
    }

    /// <summary>Every value of a substituted tree is confidential until its option says otherwise.</summary>
    private static ConfigNode WithOrigin(ConfigNode node, Expansion expansion, bool isTop = true) => node switch
    {
        ConfigMap map => new ConfigMap(map.Position, [.. map.Entries.Select(e => e with { Value = WithOrigin(e.Value, expansion, false) })])
        {
            Origin = expansion.Origin,
            SubstitutedText = isTop ? expansion.Text : null,
        },
        ConfigList list => new ConfigList(list.Position, [.. list.Items.Select(item => WithOrigin(item, expansion, false))])
        {
            Origin = expansion.Origin,
            SubstitutedText = isTop ? expansion.Text : null,
        },
        ConfigScalar scalar => new ConfigScalar(scalar.Position, scalar.Text, scalar.IsQuoted, scalar.Kind)
        {
            Origin = scalar.Origin ?? expansion.Origin,
            SubstitutedText = scalar.SubstitutedText,
            IsUnresolved = scalar.IsUnresolved,
            NotYamlAt = scalar.NotYamlAt,
        },
        _ => throw new InvalidOperationException("There are three kinds of nodes."),
    };

    private static ConfigScalar Unresolved(SourcePosition position) => new(position, "") { IsUnresolved = true };
}
