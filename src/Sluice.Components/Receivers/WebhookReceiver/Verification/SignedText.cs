using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>What a signature covers, such as <c>{id}.{timestamp}.{body}</c>.</summary>
internal sealed class SignedText
{
    private static readonly (string Name, SignedPart Part)[] Names = [("body", SignedPart.Body), ("timestamp", SignedPart.Timestamp), ("id", SignedPart.Id)];

    private readonly List<(SignedPart Part, byte[] Literal)> _parts = [];

    private SignedText()
    {
    }

    /// <summary>The body and nothing else.</summary>
    public static SignedText BodyAlone { get; } = Parse("{body}");

    /// <summary>Its parts in order; bytes are those of literals.</summary>
    public IReadOnlyList<(SignedPart Part, byte[] Literal)> Parts => _parts;

    /// <summary>Whether the body is all of it.</summary>
    public bool IsBodyAlone => _parts is [{ Part: SignedPart.Body }];

    /// <summary>Whether a part occurs.</summary>
    public bool Has(SignedPart part) => _parts.Any(candidate => candidate.Part == part);

    /// <summary>Bytes that <see cref="Write"/> writes at most.</summary>
    public long MaxLength(string? timestamp, string? id, int body)
    {
        var length = 0L;
        foreach (var (part, literal) in _parts)
        {
            length += part switch
            {
                SignedPart.Body => body,
                SignedPart.Timestamp => Encoding.UTF8.GetMaxByteCount(timestamp?.Length ?? 0),
                SignedPart.Id => Encoding.UTF8.GetMaxByteCount(id?.Length ?? 0),
                _ => literal.Length,
            };
        }

        return length;
    }

    /// <summary>Writes what is signed in one piece, for what cannot be computed part by part.</summary>
    /// <returns>How long it is.</returns>
    public int Write(string? timestamp, string? id, ReadOnlySpan<byte> body, Span<byte> output)
    {
        var length = 0;
        foreach (var (part, literal) in _parts)
        {
            var rest = output[length..];
            switch (part)
            {
                case SignedPart.Body:
                    body.CopyTo(rest);
                    length += body.Length;
                    break;
                case SignedPart.Timestamp:
                    length += Encoding.UTF8.GetBytes(timestamp, rest);
                    break;
                case SignedPart.Id:
                    length += Encoding.UTF8.GetBytes(id, rest);
                    break;
                default:
                    literal.CopyTo(rest);
                    length += literal.Length;
                    break;
            }
        }

        return length;
    }

    /// <summary>Reads a text that is known to be right.</summary>
    public static SignedText Parse(string text) => TryParse(text, out var signed, out var problem) ? signed : throw new FormatException(problem);

    public static bool TryParse(string text, [NotNullWhen(true)] out SignedText? signed, out string problem)
    {
        signed = null;
        var result = new SignedText();
        for (var position = 0; position < text.Length;)
        {
            var open = text.IndexOf('{', position);
            var literal = text[position..(open < 0 ? text.Length : open)];
            if (literal.Length > 0)
            {
                result._parts.Add((SignedPart.Literal, Encoding.UTF8.GetBytes(literal)));
            }

            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf('}', open);
            var name = close < 0 ? text[(open + 1)..] : text[(open + 1)..close];
            var index = Array.FindIndex(Names, candidate => candidate.Name == name);
            if (close < 0 || index < 0)
            {
                problem = $"{{{name} is none of {{body}}, {{timestamp}} and {{id}}";
                return false;
            }

            result._parts.Add((Names[index].Part, []));
            position = close + 1;
        }

        if (result._parts.Count(part => part.Part == SignedPart.Body) != 1)
        {
            problem = "the body is not signed once";
            return false;
        }

        signed = result;
        problem = "";
        return true;
    }
}
