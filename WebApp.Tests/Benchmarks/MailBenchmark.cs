using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>How long a sign-in code takes from its commit to the mail server, which is real and on loopback: alone, and behind much other mail.</summary>
internal static class MailBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(TextWriter output)
    {
        output.WriteLine($"A sign-in code from its commit to the mail server ({Rounds} rounds)");
        await MeasureAsync(output, "alone", 0, _ => "", (_, _) => Task.CompletedTask);
        await MeasureAsync(output, "200 notices before it, one domain in five hangs", 200, i => i % 5 == 0 ? "hanging.example" : $"domain{i}.example", (to, cancel) =>
            to.EndsWith("@hanging.example", StringComparison.Ordinal) ? SmtpServer.HangAsync(cancel) : Task.CompletedTask);
        await MeasureAsync(output, $"20 notices before it, {Slow.TotalSeconds:0} s a mail, all to its domain", 20, _ => "example.org", (_, cancel) => Task.Delay(Slow, cancel));
    }

    private static async Task MeasureAsync(TextWriter output, string name, int notices, Func<int, string> domain, Func<string, CancellationToken, Task> wait)
    {
        List<double> times = [];
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = new SmtpServer();
            var began = new TaskCompletionSource();
            server.Before = async (verb, to, cancel) =>
            {
                if (verb == "RCPT")
                {
                    began.TrySetResult();
                    await wait(to, cancel);
                }

                return null;
            };
            await using var app = await TestApp.StartAsync(settings: ["Email:Smtp:Host=127.0.0.1", $"Email:Smtp:Port={server.Port}", "Email:From=bench@example.org", "Logging:LogLevel:Default=None", Quiet.Setting]);
            await QueueAsync(app, NewDeviceMail.Kind, Enumerable.Range(0, notices).Select(i => $"notice{i}@{domain(i)}"));
            if (notices > 0)
            {
                await began.Task;
            }

            var since = Stopwatch.GetTimestamp();
            await QueueAsync(app, SignInCodeMail.Kind, ["code@example.org"]);
            while (server.Received.All(mail => mail.To[0] != "code@example.org"))
            {
                await Task.Delay(1);
            }

            times.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: median {times.Order().ElementAt(Rounds / 2):0.000} s, longest {times.Max():0.000} s"));
    }

    private static async Task QueueAsync(TestApp app, string kind, IEnumerable<string> recipients)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        foreach (var to in recipients)
        {
            app.Services.GetRequiredService<Outbox>().Add(db, to, new("Subject", "text", "<p>html</p>"), kind);
        }

        await db.SaveChangesAsync();
    }
}
