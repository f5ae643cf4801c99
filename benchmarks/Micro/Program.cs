using BenchmarkDotNet.Running;
using Sluice.Micro;

BenchmarkSwitcher.FromAssembly(typeof(JsonTextBenchmarks).Assembly).Run(args);
