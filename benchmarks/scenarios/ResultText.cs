using System.Globalization;

namespace Sluice.Scenarios;

/// <summary>A result for people.</summary>
internal static class ResultText
{
    public static string Of(ScenarioResult result) => string.Create(CultureInfo.InvariantCulture, $"""

        {result.Scenario}
          CPU-seconds per 1M records   {result.CpuSPerMillion,9}   {result.CpuSPerMillionMin} to {result.CpuSPerMillionMax}
          the floor                    {result.FloorCpuSPerMillion,9}   {result.FloorCpuSPerMillionMin} to {result.FloorCpuSPerMillionMax}
          ratio to the floor           {result.RatioToFloor,9}   {result.RatioToFloorMin} to {result.RatioToFloorMax}
          records per second           {result.RecordsPerSecond,9:0}
          allocated bytes per record   {result.AllocBytesPerRecord,9}
          peak memory, MiB             {result.PeakRssMb,9}
          acknowledgement, ms          {result.AckP50Ms,9}   p99 {result.AckP99Ms}
          the same at half load        {result.HalfLoadAckP50Ms,9}   p99 {result.HalfLoadAckP99Ms}
          requests per flush           {result.RequestsPerFlush,9}
          acknowledged                 {result.Acknowledged,9}   asked to come back later {result.Refused}
          delivered                    {result.Delivered,9}   missing {result.Missing}, doubled {result.Doubled}
          garbage collection           {result.GcMode,9}
        """);

    public static string Of(ScrapeResult result) => string.Create(CultureInfo.InvariantCulture, $"""

        {result.Scenario}
          series                       {result.Series,9}
          CPU of a scrape, ms          {result.CpuMsPerScrape,9}   {result.CpuMsPerScrapeMin} to {result.CpuMsPerScrapeMax}
          the same with gzip           {result.GzipCpuMsPerScrape,9}
          the same in protobuf         {result.ProtobufCpuMsPerScrape,9}
          answer, MiB                  {result.AnswerMb,9}
          memory at the end, MiB       {result.RssMb,9}
          peak memory, MiB             {result.PeakRssMb,9}
          garbage collection           {result.GcMode,9}
        """);

    public static string Of(TargetResult result) => string.Create(CultureInfo.InvariantCulture, $"""

        {result.Scenario}
          samples of a scrape          {result.SamplesPerScrape,9}
          scrapes                      {result.Scrapes,9}
          CPU-seconds per 1M samples   {result.CpuSPerMillion,9}   {result.CpuSPerMillionMin} to {result.CpuSPerMillionMax}
          allocated bytes per sample   {result.AllocBytesPerSample,9}
          memory at the end, MiB       {result.RssMb,9}
          peak memory, MiB             {result.PeakRssMb,9}
          garbage collection           {result.GcMode,9}
        """);

    public static string Of(MemoryResult result) => string.Create(CultureInfo.InvariantCulture, $"""

        {result.Scenario}
          memory at the end, MiB       {result.RssMb,9}   after the first round {result.FirstRssMb}
          peak memory, MiB             {result.PeakRssMb,9}
          acknowledged                 {result.Acknowledged,9}   asked to come back later {result.Refused}
          garbage collection           {result.GcMode,9}
        """);
}
