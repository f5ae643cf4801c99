return await Sluice.Standins.Elasticsearch.StandinHost.RunAsync(args).ConfigureAwait(false);
