using System.Text;

namespace Sluice.Configuration;

/// <summary>
/// Writes a tree as YAML that loads into the same tree, in the order of the tree, with confidential values as <c>[redacted]</c>.
/// Beyond what it is told, values of keys with names such as <c>password</c> are never written.
/// </summary>
public static class ConfigPrinter
{
    /// <summary>YAML reads keys beyond 1024 characters only in the explicit notation.</summary>
    private const int LongestImplicitKey = 500;

    private static readonly string[] SecretNames = ["password", "passwd", "secret", "token", "api_key", "apikey", "private_key", "key_pem", "authorization"];

    /// <summary>Prints with the values of <paramref name="secrets"/> redacted.</summary>
    public static string Print(ConfigNode root, SecretNodes secrets) => Print(root, secrets.Contains);

    /// <summary>Prints with all values redacted of which the predicate says so; it is asked for maps and lists too.</summary>
    public static string Print(ConfigNode root, Func<ConfigNode, bool> isSecret)
    {
        var text = new StringBuilder();
        if (IsInline(root, isSecret))
        {
            return text.Append(Inline(root, isSecret)).Append('\n').ToString();
        }

        Write(text, root, 0, isSecret);
        return text.ToString();
    }

    /// <summary>Whether a key's name says that its value is confidential.</summary>
    internal static bool IsSecretName(string key)
    {
        var folded = SnakeCase.From(key).Replace('-', '_');
        return SecretNames.Any(name => folded == name || folded.EndsWith("_" + name, StringComparison.Ordinal));
    }

    private static void Write(StringBuilder text, ConfigNode node, int indent, Func<ConfigNode, bool> isSecret)
    {
        if (node is ConfigList list)
        {
            foreach (var item in list.Items)
            {
                text.Append(' ', indent).Append('-');
                if (IsInline(item, isSecret))
                {
                    WriteValue(text, item, indent, isSecret);
                    continue;
                }

                // The first line of a nested value stands beside the dash, in the place of its indentation.
                var start = text.Length;
                Write(text, item, indent + 2, isSecret);
                text.Remove(start, indent + 1);
            }

            return;
        }

        foreach (var entry in ((ConfigMap)node).Entries)
        {
            var key = YamlText.Quote(entry.Key);
            text.Append(' ', indent);
            _ = key.Length > LongestImplicitKey ? text.Append("? ").Append(key).Append('\n').Append(' ', indent).Append(':') : text.Append(key).Append(':');
            var hide = IsSecretName(entry.Key) && entry.Value is ConfigScalar { IsNull: false };
            WriteValue(text, entry.Value, indent, hide ? static _ => true : isSecret);
        }
    }

    private static void WriteValue(StringBuilder text, ConfigNode value, int indent, Func<ConfigNode, bool> isSecret)
    {
        if (IsInline(value, isSecret))
        {
            text.Append(' ').Append(Inline(value, isSecret)).Append('\n');
            return;
        }

        text.Append('\n');
        Write(text, value, indent + 2, isSecret);
    }

    private static bool IsInline(ConfigNode node, Func<ConfigNode, bool> isSecret) =>
        node is ConfigScalar or ConfigMap { Entries.Count: 0 } or ConfigList { Items.Count: 0 } || isSecret(node);

    private static string Inline(ConfigNode node, Func<ConfigNode, bool> isSecret) => node switch
    {
        ConfigScalar { IsNull: true } => "null",
        _ when isSecret(node) => YamlText.DoubleQuote(Secret.Redacted),
        ConfigMap => "{}",
        ConfigList => "[]",
        ConfigScalar { Kind: ScalarKind.String } text => YamlText.Quote(YamlText.EscapeDollars(text.Text)),
        ConfigScalar { Kind: ScalarKind.Float } number when CoreSchema.Resolve(number.Text) == ScalarKind.Int => "!!float " + number.Text,
        ConfigScalar scalar => scalar.Text,
        _ => throw new InvalidOperationException("There are three kinds of nodes."),
    };
}
