using System.Buffers.Text;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using Sluice.Buffers;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>
/// Reads the files in which the kernel says how it is. What is read stays until the next file is, in memory that all share: one reader at a time, and
/// nothing is allocated for a file.
/// </summary>
internal sealed class HostFiles
{
    private const int LongestLink = 4096;

    private readonly string _root;
    private readonly byte[] _link = new byte[LongestLink];
    private readonly ByteScratch _path = new();
    private byte[] _content = new byte[16 * 1024];

    /// <param name="root">Where the root of the host is mounted; empty for the own.</param>
    public HostFiles(string root)
    {
        _root = root.TrimEnd('/');
        RootUtf8 = Encoding.UTF8.GetBytes(_root);
    }

    /// <summary>Where the root of the host is mounted; empty for the own.</summary>
    public byte[] RootUtf8 { get; }

    /// <summary>A path of the host as it is found here.</summary>
    /// <param name="path">Absolute, such as <c>/proc/stat</c>.</param>
    public string PathOf(string path) => _root + path;

    /// <summary>Reads a file whole; the kernel makes it while it is read, and gives it no length.</summary>
    /// <param name="path">Absolute, on the host.</param>
    /// <returns>Its bytes, until the next file is read.</returns>
    /// <exception cref="IOException">It cannot or may not be read.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> path)
    {
        var error = TryRead(path, out var content);
        return error == 0 ? content : throw new IOException($"{Encoding.UTF8.GetString(RootUtf8)}{Encoding.UTF8.GetString(path)}: {Describe(error)}");
    }

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">Absolute, on the host.</param>
    /// <param name="content">Its bytes, until the next file is read.</param>
    /// <returns>0, or the error number of the system.</returns>
    public int TryRead(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> content)
    {
        BeginPath();
        _path.Append(path);
        return ReadPath(out content);
    }

    /// <summary>Reads a file that says something of a process.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="file">The name below <c>/proc/[pid]/</c>.</param>
    /// <param name="content">Its bytes, until the next file is read.</param>
    /// <returns>0, or the error number of the system.</returns>
    public int TryRead(int process, ReadOnlySpan<byte> file, out ReadOnlySpan<byte> content)
    {
        BeginPath(process, file);
        return ReadPath(out content);
    }

    /// <summary>Says what a link of a process leads to.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="file">The name below <c>/proc/[pid]/</c>.</param>
    /// <param name="target">The path, until the next link is read.</param>
    /// <returns>0, or the error number of the system.</returns>
    public int TryReadLink(int process, ReadOnlySpan<byte> file, out ReadOnlySpan<byte> target)
    {
        BeginPath(process, file);
        var length = NativeFiles.ReadLink(in EndedPath(), ref _link[0], _link.Length);
        target = _link.AsSpan(0, (int)Math.Max(0, length));
        return length < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>The numbers of all processes, in no order.</summary>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public IEnumerable<int> Processes() => new FileSystemEnumerable<int>(
        PathOf("/proc"),
        static (ref FileSystemEntry entry) => int.Parse(entry.FileName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture),
        NoOptions)
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) => IsNumber(entry.FileName),
    };

    /// <summary>How many files a process has open; -1 where that is not said.</summary>
    public long OpenFiles(int process)
    {
        try
        {
            long count = 0;
            foreach (var one in new FileSystemEnumerable<int>(PathOf($"/proc/{process}/fd"), static (ref FileSystemEntry _) => 1, NoOptions))
            {
                count += one;
            }

            return count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    /// <summary>What an error number of the system means.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    private static EnumerationOptions NoOptions { get; } = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    private static bool IsNumber(ReadOnlySpan<char> name) => name.Length is > 0 and < 10 && name.IndexOfAnyExceptInRange('0', '9') < 0;

    private int ReadPath(out ReadOnlySpan<byte> content)
    {
        content = default;
        var descriptor = NativeFiles.Open(in EndedPath(), NativeFiles.ReadOnly);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        try
        {
            var length = 0;
            while (true)
            {
                var read = (int)NativeFiles.Read(descriptor, ref _content[length], _content.Length - length);
                if (read < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error == NativeFiles.Interrupted)
                    {
                        continue;
                    }

                    return error;
                }

                if (read == 0)
                {
                    content = _content.AsSpan(0, length);
                    return 0;
                }

                length += read;
                if (length == _content.Length)
                {
                    Array.Resize(ref _content, 2 * length);
                }
            }
        }
        finally
        {
            _ = NativeFiles.Close(descriptor);
        }
    }

    private void BeginPath()
    {
        _path.Clear();
        _path.Append(RootUtf8);
    }

    private void BeginPath(int process, ReadOnlySpan<byte> file)
    {
        Span<byte> number = stackalloc byte[16];
        _ = Utf8Formatter.TryFormat(process, number, out var length);
        BeginPath();
        _path.Append("/proc/"u8);
        _path.Append(number[..length]);
        _path.Append((byte)'/');
        _path.Append(file);
    }

    /// <summary>The first byte of the path, with a zero behind it.</summary>
    private ref readonly byte EndedPath()
    {
        _path.Append((byte)0);
        return ref _path.Span[0];
    }
}
