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
