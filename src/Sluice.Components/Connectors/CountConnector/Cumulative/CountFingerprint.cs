using System.Globalization;
using System.Text;
using Sluice.Configuration;

namespace Sluice.Components.Connectors.CountConnector.Cumulative;

/// <summary>What makes the series, as text.</summary>
internal static class CountFingerprint
{
    /// <summary>What a state depends on: options that only say when and with which description something is given out do not count.</summary>
    public static string Of(CountConnectorOptions options)
    {
        var text = new StringBuilder("1");
        foreach (var (kind, name, counted) in options.Counted())
        {
            text.Append(CultureInfo.InvariantCulture, $"|{kind}");
            Add(name);
            Add("if", counted.Conditions);
            Add("by", counted.Attributes.SelectMany(attribute => new[] { attribute.Key, DefaultOf(attribute) }));
        }

        Add("resources", options.ResourceMetricsKeyAttributes.Order(StringComparer.Ordinal));
        return text.ToString();

        void Add(string name, IEnumerable<string>? values = null)
        {
            text.Append('|');
            foreach (var value in (values ?? []).Prepend(name))
            {
                text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value},");
            }
        }
    }

    private static string DefaultOf(CountAttributeOptions attribute) => attribute.DefaultValue is ConfigScalar value ? $"{value.Kind}:{value.Verbatim}" : "";
}
