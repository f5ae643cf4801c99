namespace Sluice.Transport.Authentication.Htpasswd;

/// <summary>Users and their passwords, from the text of an htpasswd file: <c>user:hash</c> a line. Immutable.</summary>
public sealed class HtpasswdFile
{
    private readonly Dictionary<string, PasswordHash> _users = new(StringComparer.Ordinal);
    private readonly PasswordHash _decoy;

    /// <summary>Reads texts, of which a later one replaces users of an earlier one.</summary>
    /// <exception cref="FormatException">A line cannot be used, or there is no user; the message says which line and why.</exception>
    public HtpasswdFile(params IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Read(text);
        }

        _decoy = _users.Count > 0 ? _users.Values.First() : throw new FormatException("holds no user; write user:hash, one a line");
    }

    /// <summary>Users whose password is plain text.</summary>
    public IEnumerable<string> PlainUsers => _users.Where(entry => entry.Value.IsPlain).Select(entry => entry.Key);

    /// <summary>Whether a user has that password. A user who is not there takes as long as one who is.</summary>
    public bool Verify(string user, string password)
    {
        var isKnown = _users.TryGetValue(user, out var hash);
        return (hash ?? _decoy).Verify(password) && isKnown;
    }

    private void Read(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new FormatException($"line {number} is not user:hash");
            }

            if (!PasswordHash.TryParse(line[(colon + 1)..], out var hash, out var problem))
            {
                throw new FormatException($"line {number}: the password of \"{line[..colon]}\" {problem}");
            }

            _users[line[..colon]] = hash;
        }
    }
}
