using System.Globalization;

namespace Sluice.Transport.Kafka;

/// <summary>What the options are called in librdkafka's configuration. Producer and consumer add their own.</summary>
internal static class KafkaProperties
{
    /// <summary>The properties of every client. They hold secrets: not for logs.</summary>
    public static Dictionary<string, string> Of(KafkaClientOptions options)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = string.Join(',', options.Brokers),
            ["client.id"] = options.ClientId,
            ["connections.max.idle.ms"] = Milliseconds(options.ConnIdleTimeout),
            ["topic.metadata.refresh.interval.ms"] = Milliseconds(options.Metadata.RefreshInterval),
            ["topic.metadata.refresh.fast.interval.ms"] = Milliseconds(options.Metadata.Retry.Backoff),

            // The backlog of an outage is to flow soon after its end.
            ["reconnect.backoff.max.ms"] = "2000",
            ["socket.keepalive.enable"] = "true",
            ["socket.nagle.disable"] = "true",
        };
        var isEncrypted = options.Tls is { Insecure: false };
        properties["security.protocol"] = (options.Auth.Sasl is not null, isEncrypted) switch
        {
            (true, true) => "sasl_ssl",
            (true, false) => "sasl_plaintext",
            (false, true) => "ssl",
            _ => "plaintext",
        };
        if (isEncrypted)
        {
            AddTls(properties, options);
        }

        if (options.Auth.Sasl is { } sasl)
        {
            AddSasl(properties, sasl);
        }

        return properties;
    }

    /// <summary>The properties of a producer.</summary>
    public static Dictionary<string, string> Of(KafkaProducerSettings settings)
    {
        var properties = Of(settings.Client);
        properties["enable.idempotence"] = "true";
        properties["acks"] = "all";
        properties["log.queue"] = "true";
        properties["compression.codec"] = settings.Compression switch
        {
            KafkaCompression.Gzip => "gzip",
            KafkaCompression.Snappy => "snappy",
            KafkaCompression.Lz4 => "lz4",
            KafkaCompression.Zstd => "zstd",
            _ => "none",
        };
        if (settings.CompressionLevel is { } level)
        {
            properties["compression.level"] = Number(level);
        }

        properties["linger.ms"] = Milliseconds(settings.Linger);
        properties["message.max.bytes"] = Number(settings.MaxMessageBytes);
        properties["batch.size"] = Number(settings.MaxMessageBytes);
        properties["batch.num.messages"] = Number(settings.MaxMessagesPerRequest);
        properties["queue.buffering.max.messages"] = Number(settings.MaxBufferedMessages);
        properties["queue.buffering.max.kbytes"] = Number(settings.MaxBufferedBytes / 1024);
        properties["partitioner"] = settings.Partitioner;
        properties["allow.auto.create.topics"] = settings.AllowAutoTopicCreation ? "true" : "false";
        if (settings.TransactionalId is { } id)
        {
            properties["transactional.id"] = id;
            properties["transaction.timeout.ms"] = Milliseconds(settings.TransactionTimeout);
        }
        else
        {
            // The journal waits for as long as it takes: what is given up here would be sent again, behind what came later.
            properties["message.timeout.ms"] = "0";
        }

        return properties;
    }

    /// <summary>A duration as the library takes it.</summary>
    public static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void AddTls(Dictionary<string, string> properties, KafkaClientOptions options)
    {
        var tls = options.Tls!;
        Add("ssl.ca.location", tls.CaFile);
        Add("ssl.ca.pem", tls.CaPem);
        Add("ssl.certificate.location", tls.CertFile);
        Add("ssl.certificate.pem", tls.CertPem);
        Add("ssl.key.location", tls.KeyFile);
        Add("ssl.key.pem", tls.KeyPem?.Reveal());
        properties["enable.ssl.certificate.verification"] = tls.InsecureSkipVerify ? "false" : "true";

        // Older versions of the library do not look at the name in the certificate unless told to.
        properties["ssl.endpoint.identification.algorithm"] = tls.InsecureSkipVerify ? "none" : "https";

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                properties[name] = value;
            }
        }
    }

    private static void AddSasl(Dictionary<string, string> properties, KafkaSaslOptions sasl)
    {
        properties["sasl.mechanism"] = sasl.Mechanism switch
        {
            KafkaMechanism.Plain => "PLAIN",
            KafkaMechanism.ScramSha256 => "SCRAM-SHA-256",
            KafkaMechanism.ScramSha512 => "SCRAM-SHA-512",
            _ => "OAUTHBEARER",
        };
        if (sasl.Mechanism != KafkaMechanism.OAuthBearer)
        {
            properties["sasl.username"] = sasl.Username!;
            properties["sasl.password"] = sasl.Password!.Reveal();
        }
    }
}
