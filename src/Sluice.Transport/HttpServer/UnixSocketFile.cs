using System.Net.Sockets;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpServer;

/// <summary>The file of a Unix domain socket, which a process that was killed leaves behind.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the file when nobody listens on it.</summary>
    /// <exception cref="ComponentStartException">Somebody does, or it is something else than a socket.</exception>
    public static async Task ClearAsync(string key, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (IsFile(path))
        {
            throw new ComponentStartException($"{key}: {path} is a file; choose another path, or remove it");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new ComponentStartException($"{key}: {path} cannot be used: {e.Message}; choose another path", e);
        }

        throw new ComponentStartException($"{key}: {path} is in use by another process; stop it or choose another path");
    }

    /// <summary>A socket cannot be opened as a file can.</summary>
    private static bool IsFile(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            // Whatever it is, the attempt to connect says what is wrong with it.
            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
