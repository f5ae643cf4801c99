using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.Configuration;

/// <summary>The process environment and the file system.</summary>
public sealed class SystemConfigurationEnvironment : IConfigurationEnvironment
{
    /// <summary>Bytes; a configuration is text written by people, and a device or a data file given by mistake should not fill memory.</summary>
    private const int LargestFile = 16 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The only instance needed.</summary>
    public static SystemConfigurationEnvironment Instance { get; } = new();

    /// <inheritdoc/>
    public string? GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public bool TryReadFile(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        text = null;
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new MemoryStream();
            var chunk = new byte[64 << 10];
            for (int read; (read = file.Read(chunk)) > 0;)
            {
                bytes.Write(chunk, 0, read);
                if (bytes.Length > LargestFile)
                {
                    problem = "it is larger than 16 MiB";
                    return false;
                }
            }

            text = StrictUtf8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimStart('\uFEFF');
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "there is no such file";
        }
        catch (UnauthorizedAccessException)
        {
            problem = Directory.Exists(path) ? "it is a directory" : "it may not be read by this user";
        }
        catch (DecoderFallbackException exception)
        {
            problem = $"it is not UTF-8 text (at byte {exception.Index})";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            problem = exception.Message;
        }

        return false;
    }
}
