namespace Sluice.Standins.Elasticsearch;

/// <summary>Patterns in which <c>*</c> stands for anything.</summary>
internal static class Wildcard
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool withQuestionMark = false)
    {
        while (true)
        {
            var star = pattern.IndexOf('*');
            if (star < 0)
            {
                return Same(pattern, text, withQuestionMark);
            }

            if (text.Length < star || !Same(pattern[..star], text[..star], withQuestionMark))
            {
                return false;
            }

            pattern = pattern[(star + 1)..];
            text = text[star..];
            if (pattern.Length == 0)
            {
                return true;
            }

            for (var i = 0; i <= text.Length; i++)
            {
                if (Matches(pattern, text[i..], withQuestionMark))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether there is text that matches both patterns.</summary>
    public static bool Overlap(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Trim('*').Length == 0 && right.Trim('*').Length == 0;
        }

        if (left[0] == '*')
        {
            return Overlap(left[1..], right) || Overlap(left, right[1..]);
        }

        if (right[0] == '*')
        {
            return Overlap(left, right[1..]) || Overlap(left[1..], right);
        }

        return left[0] == right[0] && Overlap(left[1..], right[1..]);
    }

    private static bool Same(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool withQuestionMark)
    {
        if (pattern.Length != text.Length)
        {
            return false;
        }

        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != text[i] && !(withQuestionMark && pattern[i] == '?'))
            {
                return false;
            }
        }

        return true;
    }
}
