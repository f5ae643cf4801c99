using System.Text;
using Sluice.Buffers;
using Sluice.Components.Connectors.CountConnector.Conditions;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>A metric that counts, compiled.</summary>
internal sealed class CountDefinition
{
    /// <summary>The scope of all metrics: what the Collector calls it, so that nothing changes behind it.</summary>
    public static byte[] Scope { get; } = "otelcol/countconnector"u8.ToArray();

    private readonly Condition[] _conditions;

    public CountDefinition(CountKind kind, string name, CountOptions options, BufferPool pool)
    {
        Kind = kind;
        Name = Encoding.UTF8.GetBytes(name);
        Description = Encoding.UTF8.GetBytes(options.Description);
        Attributes = [.. options.Attributes.Select(attribute => new CountAttribute(attribute, pool))];
        _conditions = [.. options.Conditions.Select(text => ConditionParser.TryParse(text, kind, out var condition, out var fault) ? condition : throw new InvalidOperationException(fault))];
    }

    public CountKind Kind { get; }

    public byte[] Name { get; }

    public byte[] Description { get; }

    /// <summary>By what it is split.</summary>
    public CountAttribute[] Attributes { get; }

    /// <summary>About as many bytes as a metric of it has without its data points.</summary>
    public int Size => 40 + Name.Length + Description.Length;

    public bool Counts(in CountSubject subject)
    {
        foreach (var condition in _conditions)
        {
            if (condition.Holds(subject))
            {
                return true;
            }
        }

        return _conditions.Length == 0;
    }
}
