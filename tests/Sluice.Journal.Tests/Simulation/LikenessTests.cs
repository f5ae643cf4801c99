using Sluice.Journal.Tests.Files;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Simulation;

/// <summary>Without faults the simulated disk answers as the real one does: the same results, and the same kinds of errors.</summary>
public sealed class LikenessTests(ITestOutputHelper output)
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Fact]
    public void Any_sequence_of_operations_gives_the_same_on_the_real_and_the_simulated_disk()
    {
        output.WriteLine($"SLUICE_SEED={RandomSeed.Value}");
        var random = new Random(RandomSeed.Value);
        using var directory = new TemporaryDirectory();
        using var real = new Side(new DiskFiles(directory.Path));
        using var simulated = new Side(new SimulatedFiles(new SimulatedDisk(RandomSeed.Value)));
        for (var i = 0; i < 1000; i++)
        {
            var operation = random.Next(8);
            var name = Names[random.Next(Names.Length)];
            var other = Names[random.Next(Names.Length)];
            var offset = random.Next(20_000);
            var bytes = new byte[random.Next(6000)];
            random.NextBytes(bytes);
            Assert.Equal(Do(real), Do(simulated));

            string Do(Side side) => side.Do(operation, name, other, offset, bytes);
        }
    }

    private sealed class Side : IDisposable
    {
        private readonly IJournalFiles _files;
        private readonly List<JournalFile> _open = [];

        public Side(IJournalFiles files)
        {
            _files = files;
            _files.Lock();
        }

        public string Do(int operation, string name, string other, int offset, byte[] bytes)
        {
            try
            {
                return $"{operation} {name}: {Try(operation, name, other, offset, bytes)}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return $"{operation} {name}: {exception.GetType().Name}";
            }
        }

        public void Dispose()
        {
            _open.ForEach(file => file.Dispose());
            _files.Dispose();
        }

        private string Try(int operation, string name, string other, int offset, byte[] bytes)
        {
            // Files that were deleted or renamed stay open, as the journal's do while somebody reads them; but not all at once.
            if (_open.Count > 20)
            {
                _open[^1].Dispose();
                _open.RemoveAt(_open.Count - 1);
            }

            var file = _open.Find(file => file.Name == name);
            switch (operation)
            {
                case 0:
                    _open.Insert(0, _files.Open(name, JournalFileAccess.Create));
                    return "created";
                case 1:
                    _open.Insert(0, _files.Open(name, offset % 2 == 0 ? JournalFileAccess.Read : JournalFileAccess.ReadWrite));
                    return $"{_open[0].Length}";
                case 2:
                    if (offset % 4 == 0)
                    {
                        _files.Delete(name);
                    }

                    return "deleted";
                case 3:
                    _files.Rename(name, other);
                    return $"now {other}";
                case 4 or 5:
                    file?.Write(offset, bytes);
                    return $"{file?.Length}";
                case 6:
                    file?.Flush();
                    _files.FlushDirectory();
                    return string.Join(' ', _files.List().Order(StringComparer.Ordinal));
                default:
                    var read = file?.Read(offset, bytes);
                    return $"{read} {Crc32C.Of(bytes)}";
            }
        }
    }
}
