namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Bytes of one bulk request before compression, which servers and proxies limit: halved when one is refused for its size. Thread-safe.</summary>
internal sealed class BulkLimit
{
    /// <summary>With the document that fills it a request still fits a pooled buffer of 4 MiB, as a rule.</summary>
    private const int Largest = (4 << 20) - (128 << 10);
    private const int Smallest = 64 << 10;

    private int _bytes = Largest;

    /// <summary>When a request is full: no document is begun beyond it.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>Says that a request of so many bytes was too large.</summary>
    /// <returns>Whether there is a lower limit to try; otherwise records are to be sent one by one.</returns>
    public bool TryLower(int bytes)
    {
        var current = Bytes;
        if (current <= Smallest)
        {
            return false;
        }

        Volatile.Write(ref _bytes, Math.Max(Smallest, Math.Min(current, bytes) / 2));
        return true;
    }
}
