using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Primitives;

namespace WebApp.Tests.Benchmarks;

/// <summary>
/// The yardstick: Kestrel in a process of its own that gives one answer, byte for byte, to whatever is asked. No routing, no middleware,
/// no logging: what any server on this machine must pay for the request and the answer.
/// </summary>
internal sealed record BareServer(Dictionary<string, string> Headers, byte[] Body)
{
    private const string AnswerVariable = "BARE_ANSWER";

    /// <summary>How a process is told what to answer.</summary>
    public string ToSetting() => $"{AnswerVariable}={JsonSerializer.Serialize(this)}";

    /// <summary>Serves what the environment tells it to, until it is killed.</summary>
    public static async Task RunAsync()
    {
        var answer = JsonSerializer.Deserialize<BareServer>(Environment.GetEnvironmentVariable(AnswerVariable)!)!;
        var headers = answer.Headers.Select(header => KeyValuePair.Create(header.Key, new StringValues(header.Value))).ToArray();

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("ASPNETCORE_URLS")!);
        await using var app = builder.Build();
        app.Run(async context =>
        {
            foreach (var header in headers)
            {
                context.Response.Headers.Add(header);
            }

            context.Response.ContentLength = answer.Body.Length;
            await context.Response.BodyWriter.WriteAsync(answer.Body);
        });
        await app.RunAsync();
    }
}
