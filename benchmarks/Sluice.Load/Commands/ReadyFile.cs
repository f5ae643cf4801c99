namespace Sluice.Load.Commands;

/// <summary>Tells whoever started a server that it listens, and where.</summary>
internal static class ReadyFile
{
    /// <summary>Writes the file, renamed into place: whoever sees it sees all of it.</summary>
    /// <param name="path">Null for none.</param>
    /// <param name="json">An object with addresses by names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteAsync(string? path, string json, CancellationToken cancellationToken)
    {
        if (path is not null)
        {
            await File.WriteAllTextAsync(path + ".new", json, cancellationToken).ConfigureAwait(false);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
