using System.Buffers;
using System.Text.Json;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>Which file a batch was written to and how long it was afterwards: what the journal keeps with the cursor.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Identity">Which file that was.</param>
/// <param name="Length">Its length in bytes behind the last batch.</param>
/// <param name="Begun">When it was begun, for its age.</param>
internal sealed record FileState(string Path, FileIdentity Identity, long Length, DateTimeOffset Begun)
{
    /// <summary>A small JSON object.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("path"u8, Path);
        json.WriteString("identity"u8, Identity.ToString());
        json.WriteNumber("length"u8, Length);
        json.WriteNumber("begun"u8, Begun.ToUnixTimeMilliseconds());
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <returns>False when the bytes are not such a state.</returns>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out FileState? state)
    {
        state = null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("path"u8).GetString() is { } path
                && FileIdentity.TryParse(root.GetProperty("identity"u8).GetString() ?? "", out var identity)
                && root.GetProperty("length"u8).GetInt64() is >= 0 and var length)
            {
                state = new FileState(path, identity, length, DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("begun"u8).GetInt64()));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return false;
        }

        return state is not null;
    }
}
