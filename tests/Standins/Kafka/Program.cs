return await Sluice.Standins.Kafka.StandinHost.RunAsync(args).ConfigureAwait(false);
