// The least that any receiver on this framework must do: read the body, and answer. What Sluice costs is reported as a multiple of it.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is not ["--ready-file", var readyFile])
{
    await Console.Error.WriteLineAsync("usage: sluice-floor --ready-file PATH\n  listens on a free port of 127.0.0.1, and writes its address into the file").ConfigureAwait(false);
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
var app = builder.Build();
app.Run(ReadAndAnswerAsync);
await app.StartAsync().ConfigureAwait(false);
var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

// Renamed into place: whoever sees the file sees all of it.
await File.WriteAllTextAsync(readyFile + ".new", address).ConfigureAwait(false);
File.Move(readyFile + ".new", readyFile, overwrite: true);
await app.WaitForShutdownAsync().ConfigureAwait(false);
return 0;

static async Task ReadAndAnswerAsync(HttpContext context)
{
    var body = context.Request.BodyReader;
    while (true)
    {
        var read = await body.ReadAsync().ConfigureAwait(false);
        body.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted)
        {
            break;
        }
    }

    context.Response.ContentType = "application/x-protobuf";
    context.Response.ContentLength = 0;
}
