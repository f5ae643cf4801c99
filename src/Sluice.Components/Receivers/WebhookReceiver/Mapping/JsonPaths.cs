using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>Finds the values of several paths in one pass over a JSON text, without allocating. A name that is there twice: the first counts.</summary>
internal sealed class JsonPaths
{
    private readonly Node _root = new();
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <summary>Paths added so far.</summary>
    public int Count => _slots.Count;

    /// <summary>Adds a path.</summary>
    /// <param name="path">Names and, in arrays, indices, joined by dots.</param>
    /// <returns>Where <see cref="Find"/> puts its value.</returns>
    public int Add(string path)
    {
        if (_slots.TryGetValue(path, out var slot))
        {
            return slot;
        }

        var node = _root;
        foreach (var part in path.Split('.'))
        {
            node = node.ChildFor(part);
        }

        slot = _slots.Count;
        _slots.Add(path, slot);
        node.Slot = slot;
        return slot;
    }

    /// <summary>Finds the values.</summary>
    /// <param name="json">One value, without faults.</param>
    /// <param name="found">Gets the place of each; as long as <see cref="Count"/>, and cleared.</param>
    public void Find(ReadOnlySpan<byte> json, Span<JsonRange> found)
    {
        found.Clear();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonDepth });
        var left = Count;
        if (left > 0 && reader.Read())
        {
            Visit(ref reader, _root, found, ref left);
        }
    }

    private static int JsonDepth => Telemetry.Otlp.IndexLimits.Default.MaxDepth;

    /// <summary>Visits a value, to its end unless everything is found before.</summary>
    private static void Visit(ref Utf8JsonReader reader, Node node, Span<JsonRange> found, ref int left)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject && node.Children.Count > 0)
        {
            while (left > 0 && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var child = node.Child(ref reader);
                reader.Read();
                VisitOrSkip(ref reader, child, found, ref left);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray && node.Children.Count > 0)
        {
            for (var i = 0; left > 0 && reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                VisitOrSkip(ref reader, node.Child(i), found, ref left);
            }
        }
        else
        {
            reader.Skip();
        }

        if (node.Slot >= 0 && !found[node.Slot].Exists)
        {
            found[node.Slot] = new JsonRange(start, (int)reader.BytesConsumed - start);
            left--;
        }
    }

    private static void VisitOrSkip(ref Utf8JsonReader reader, Node? node, Span<JsonRange> found, ref int left)
    {
        if (node is null)
        {
            reader.Skip();
        }
        else
        {
            Visit(ref reader, node, found, ref left);
        }
    }

    private sealed class Node
    {
        public List<(byte[] Name, int Index, Node Node)> Children { get; } = [];

        public int Slot { get; set; } = -1;

        public Node ChildFor(string name)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            foreach (var child in Children)
            {
                if (child.Name.AsSpan().SequenceEqual(utf8))
                {
                    return child.Node;
                }
            }

            var node = new Node();
            Children.Add((utf8, int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1, node));
            return node;
        }

        public Node? Child(ref Utf8JsonReader reader)
        {
            foreach (var child in Children)
            {
                if (reader.ValueTextEquals(child.Name))
                {
                    return child.Node;
                }
            }

            return null;
        }

        public Node? Child(int index)
        {
            foreach (var child in Children)
            {
                if (child.Index == index)
                {
                    return child.Node;
                }
            }

            return null;
        }
    }
}
