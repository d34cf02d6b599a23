using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace WebApp.Peers;

/// <summary>
/// Kestrel that gives one answer, byte for byte, to whatever is asked. No routing, no middleware, no logging: what any server on this
/// machine must pay for the request and the answer.
/// </summary>
/// <param name="Headers">Of the answer, but for those that Kestrel writes itself.</param>
/// <param name="Body">Of the answer.</param>
internal sealed record BareServer(Dictionary<string, string> Headers, string Body)
{
    private const string AnswerVariable = "PEER_ANSWER";

    /// <summary>Serves the answer that the environment has as JSON.</summary>
    public static async Task RunAsync()
    {
        var answer = JsonSerializer.Deserialize<BareServer>(Environment.GetEnvironmentVariable(AnswerVariable)!)!;
        var headers = answer.Headers.Select(header => KeyValuePair.Create(header.Key, new StringValues(header.Value))).ToArray();
        var body = System.Text.Encoding.UTF8.GetBytes(answer.Body);
        await RunAsync(async context =>
        {
            foreach (var header in headers)
            {
                context.Response.Headers.Add(header);
            }

            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body);
        });
    }

    /// <summary>Serves with Kestrel and nothing else.</summary>
    public static async Task RunAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("ASPNETCORE_URLS")!);
        await using var app = builder.Build();
        app.Run(answer);
        await app.RunAsync();
    }
}
