using System.Text;

namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>The name of samples, encoded once: as it stands alone, and as it stands before labels.</summary>
public sealed class SampleName
{
    /// <summary>Encodes a name.</summary>
    /// <param name="name">The name, with its suffix.</param>
    public SampleName(string name)
    {
        var plain = ExpositionNames.IsPlainMetric(name);
        var quoted = plain ? name : $"\"{LabelText.Escape(name)}\"";
        Header = Encoding.UTF8.GetBytes(quoted);
        Bare = plain ? Header : Encoding.UTF8.GetBytes($"{{{quoted}}}");
        Open = Encoding.UTF8.GetBytes(plain ? $"{name}{{" : $"{{{quoted},");
    }

    /// <summary>As in <c># TYPE</c>.</summary>
    internal byte[] Header { get; }

    /// <summary>Before a value, without labels.</summary>
    internal byte[] Bare { get; }

    /// <summary>Before labels, which a closing brace ends.</summary>
    internal byte[] Open { get; }
}
