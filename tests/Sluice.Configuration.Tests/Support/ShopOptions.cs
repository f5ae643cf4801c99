namespace Sluice.Configuration.Tests.Support;

/// <summary>Options with one of everything that can be declared.</summary>
[IgnoredOption("read_buffer_size", "the operating system sizes socket buffers")]
[UnsupportedOption("sizer", "set max_bytes instead")]
public sealed record ShopOptions : IValidatableOptions
{
    [Option("Where it listens.")]
    public EndpointText Endpoint { get; init; } = EndpointText.Parse("localhost:4317");

    [Option("How it is called.", Required = true)]
    public string Name { get; init; } = "";

    [Option("Whether it is open.")]
    public bool Open { get; init; } = true;

    [Option("Records before a batch is sent.", Unit = "records", Min = 1, Max = 100_000)]
    public int SendBatchSize { get; init; } = 8192;

    [Option("Never more records than this; 0 for no limit.", Unit = "records", Min = 0)]
    public long SendBatchMaxSize { get; init; }

    [Option("Share that is kept.", Min = 0, Max = 1)]
    public double Ratio { get; init; } = 0.5;

    [Option("How long one attempt may take.", Min = 0, Max = 3600)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    [Option("How much may wait.", Min = 1024)]
    public ByteSize MaxBytes { get; init; } = ByteSize.MiB(64);

    [Option("How bodies are compressed.")]
    public ShopCompression Compression { get; init; } = ShopCompression.Gzip;

    [Option("What authenticates it.")]
    public Secret? ApiKey { get; init; }

    [Option("A limit that may be absent.", Key = "cap")]
    public int? Limit { get; init; }

    [Option("Names of shelves.")]
    public IReadOnlyList<string> Shelves { get; init; } = ["first"];

    [Option("Headers that are sent.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    [Option("The doors.")]
    public IReadOnlyList<DoorOptions> Doors { get; init; } = [];

    [Option("Retries.")]
    public RetryTestOptions Retry { get; init; } = new() { Enabled = false };

    [Option("The front door; absent unless given.", Preset = nameof(FrontPreset))]
    public DoorOptions? Front { get; init; }

    [Option("The back door; absent unless given.")]
    public DoorOptions? Back { get; init; }

    [Option("Interpreted by the shop.")]
    public ConfigNode? Extra { get; init; }

    public static DoorOptions FrontPreset { get; } = new() { Width = 200 };

    public void Validate(OptionsValidation context)
    {
        if (SendBatchMaxSize != 0 && SendBatchMaxSize < SendBatchSize)
        {
            context.Error("send_batch_max_size", "it is below send_batch_size", "raise it, or set it to 0");
        }
    }
}

public enum ShopCompression
{
    Gzip,
    Zstd,

    [OptionValue("none", "")]
    Off,
}

public sealed record DoorOptions
{
    [Option("Its width.", Unit = "cm", Min = 50)]
    public int Width { get; init; } = 90;

    [Option("Who may pass.")]
    public Secret? Code { get; init; }
}

public sealed record RetryTestOptions
{
    [Option("Whether it is on.")]
    public bool Enabled { get; init; } = true;

    [Option("First wait.")]
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(5);
}
