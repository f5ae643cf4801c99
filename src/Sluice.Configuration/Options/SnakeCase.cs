using System.Text;

namespace Sluice.Configuration;

/// <summary>Turns the names of properties and enum members into keys: <c>MaxRecvMsgSizeMiB</c> → <c>max_recv_msg_size_mi_b</c>, so name them <c>…Mib</c>.</summary>
internal static class SnakeCase
{
    public static string From(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
            {
                var afterWord = !char.IsUpper(name[i - 1]);
                var beforeWord = i + 1 < name.Length && char.IsLower(name[i + 1]);
                if (afterWord || beforeWord)
                {
                    text.Append('_');
                }
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
