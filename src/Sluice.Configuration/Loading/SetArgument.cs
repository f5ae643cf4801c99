namespace Sluice.Configuration;

/// <summary>Reads one <c>--set a.b.c=value</c> into a tree with that single value.</summary>
internal static class SetArgument
{
    private const string Remedy = "write it as --set receivers.otlp.protocols.grpc.endpoint=localhost:4317, with :: instead of dots where a name has a dot";

    /// <summary>Null, with an error in the bag, when the argument is malformed.</summary>
    public static ConfigMap? Read(string argument, int ordinal, DiagnosticBag diagnostics, LoadLimits limits)
    {
        var position = new SourcePosition(SourcePosition.SetSource, ordinal, 1);
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            diagnostics.Error(position, "", "the argument has no =", Remedy);
            return null;
        }

        var path = argument[..equals];
        var keys = path.Contains(ConfigPath.Separator, StringComparison.Ordinal) ? path.Split(ConfigPath.Separator) : path.Split('.');
        if (keys.Any(string.IsNullOrWhiteSpace) || keys.Length > LoadLimits.Depth)
        {
            diagnostics.Error(position, "", "the key before = has an empty part or too many parts", Remedy);
            return null;
        }

        var valueStart = position with { Column = equals + 2 };
        var value = ReadValue(argument[(equals + 1)..], valueStart, string.Join(ConfigPath.Separator, keys), diagnostics, limits);
        if (value is null)
        {
            return null;
        }

        // Columns of the keys, from the right.
        var separator = path.Contains(ConfigPath.Separator, StringComparison.Ordinal) ? ConfigPath.Separator.Length : 1;
        var column = equals + 1;
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            column -= keys[i].Length;
            var at = position with { Column = column };
            value = new ConfigMap(at, [new ConfigEntry(keys[i], at, value)]);
            column -= separator;
        }

        return (ConfigMap)value;
    }

    private static ConfigNode? ReadValue(string text, SourcePosition start, string key, DiagnosticBag diagnostics, LoadLimits limits)
    {
        var problems = new DiagnosticBag();
        var read = YamlTreeReader.Read(start.Source, text, problems, limits);
        if (read is null || problems.HasErrors)
        {
            diagnostics.Error(start, key, "the value is not YAML", "quote it, as in --set 'key=\"value\"'");
            return null;
        }

        return TreePositions.Move(read, start);
    }
}
