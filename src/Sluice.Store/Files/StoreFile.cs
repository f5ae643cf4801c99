using System.Buffers.Binary;
using Sluice.Journal;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Files;

/// <summary>What writer and reader both ask of one store file.</summary>
internal static class StoreFile
{
    /// <summary>Whether it has no tables yet: created, but its first transaction did not come to its end.</summary>
    public static bool IsEmpty(SqliteConnection connection) => UserVersion(connection) == 0;

    /// <summary>Refuses files of another format.</summary>
    /// <exception cref="StoreException">The file was written by a later version.</exception>
    public static void CheckVersion(SqliteConnection connection)
    {
        if (UserVersion(connection) is var version && version > StoreSchema.Version)
        {
            throw new StoreException(
                StoreFailure.NewerFormat,
                $"{connection.Path} has format {version} and this version reads up to {StoreSchema.Version}; use a later version, or move the file away");
        }
    }

    /// <summary>Reads how far each topic of a journal is applied, keeping the furthest of what <paramref name="positions"/> holds already.</summary>
    public static void ReadPositions(SqliteConnection connection, Guid journal, Dictionary<string, RecordId> positions)
    {
        if (IsEmpty(connection))
        {
            return;
        }

        var read = connection.Prepare("SELECT topic, position FROM positions WHERE journal=?1");
        Span<byte> id = stackalloc byte[16];
        journal.TryWriteBytes(id);
        read.BindBlob(1, id);
        while (read.Step())
        {
            var topic = read.Text(0);
            var position = ReadPosition(read.Bytes(1));
            if (!positions.TryGetValue(topic, out var known) || position > known)
            {
                positions[topic] = position;
            }
        }

        connection.Release(read);
    }

    /// <summary>Writes a position as 16 bytes.</summary>
    public static void WritePosition(RecordId position, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, position.Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], position.Sequence);
    }

    /// <summary>Bytes on the disk, with the write-ahead log; 0 when it is gone.</summary>
    public static long Size(string path)
    {
        var file = new FileInfo(path);
        var log = new FileInfo(path + "-wal");
        return (file.Exists ? file.Length : 0) + (log.Exists ? log.Length : 0);
    }

    /// <summary>Removes a file and what SQLite keeps beside it. Readers that have it open go on reading.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }

    /// <summary>Takes a damaged file out of the store under another name, its write-ahead log beside it.</summary>
    public static string Quarantine(string path)
    {
        var target = path + StoreFileName.CorruptExtension;
        File.Move(path, target, overwrite: true);
        if (File.Exists(path + "-wal"))
        {
            File.Move(path + "-wal", target + "-wal", overwrite: true);
        }

        File.Delete(path + "-shm");
        return target;
    }

    private static RecordId ReadPosition(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    private static long UserVersion(SqliteConnection connection)
    {
        var version = connection.Prepare("PRAGMA user_version");
        var value = version.Scalar() ?? 0;
        connection.Release(version);
        return value;
    }
}
