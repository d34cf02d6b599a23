using System.Net.Sockets;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebApp.Platform.Http;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>What is logged of failures: once, by us, and without a word of what was sent.</summary>
public sealed class FailureLogTests
{
    private const string Canary = "Canary4711";

    [Test]
    public async Task An_unexpected_failure_is_one_line_with_types_and_stack_and_no_message()
    {
        using var log = new LogBook();
        await using var app = await TestApp.StartAsync(adjust: builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            builder.Services.Configure<MvcOptions>(mvc => mvc.Filters.Add(new Breaker()));
        });
        using var http = app.NewClient();
        foreach (var path in new[] { "/login", "/api/v1/password/policy" })
        {
            using var answer = await http.GetAsync(new Uri($"{path}?x={Canary}", UriKind.Relative));
            Assert.That((int)answer.StatusCode, Is.EqualTo(500));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Errors, Has.Count.EqualTo(2));
            Assert.That(log.Errors, Is.All.Contains(nameof(FormatException)).And.All.Contains(nameof(InvalidOperationException)).And.All.Contains(nameof(Breaker.OnActionExecuting)));
            Assert.That(log.Lines.Where(line => line.Contains(Canary, StringComparison.Ordinal)), Is.Empty);
        }
    }

    [Test]
    public async Task Without_the_database_a_hundred_requests_write_a_few_lines()
    {
        using var log = new LogBook(LogLevel.Warning);
        await using var cable = new Wire();
        var database = new NpgsqlConnectionStringBuilder(await TestServer.NewDatabaseAsync());
        cable.Connect(database.Port);
        database.Port = cable.Port;
        await using var app = await TestApp.StartAsync(database.ConnectionString, builder => builder.Logging.ClearProviders().AddProvider(log));
        var user = await app.CreateUserAsync();
        await cable.CutAsync();

        using var http = app.NewClient();
        var before = log.Lines.Count;
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var answer = i % 4 == 0 ? await http.GetAsync(new Uri("/health/ready", UriKind.Relative)) : await http.PostAsync(
                new Uri("/api/v1/auth/login", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { email = user.Email, password = user.Password }));
            return (int)answer.StatusCode;
        }));
        Assert.That(answers, Is.All.EqualTo(503));
        Assert.That(log.Lines.Skip(before).Count(), Is.InRange(1, 8), string.Join('\n', log.Lines.Skip(before)));
        Assert.That(log.Errors, Is.Empty);
    }

    [Test]
    public async Task A_storm_of_connections_beyond_the_limit_is_one_line()
    {
        using var log = new LogBook(LogLevel.Warning);
        await using var app = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(log), settings: "Server:MaxConnections=100");
        var before = log.Lines.Count;
        var sockets = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(app.BaseAddress.Host, app.BaseAddress.Port);
            return socket;
        }));
        try
        {
            // Those that are too many are closed by the server: there is an end to be read.
            await Patience.UntilAsync(() => Task.FromResult(sockets.Count(socket => socket.Client.Poll(0, SelectMode.SelectRead)) >= 200));
            Assert.That(log.Lines.Skip(before), Has.Exactly(1).Items.And.All.Contains("Connections were refused"));
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    [Test]
    public void A_kind_of_line_is_written_once_in_a_while_with_how_many_were_left_out()
    {
        var clock = new TestClock();
        var intervals = new LogIntervals(clock);
        Assert.That((intervals.IsDue(typeof(int), out var omitted), omitted), Is.EqualTo((true, 0)));
        for (var i = 0; i < 7; i++)
        {
            Assert.That(intervals.IsDue(typeof(int), out _), Is.False);
        }

        Assert.That(intervals.IsDue(typeof(long), out _), Is.True, "another kind has lines of its own");
        clock.Advance(LogIntervals.Length);
        Assert.That((intervals.IsDue(typeof(int), out omitted), omitted), Is.EqualTo((true, 7)));
    }

    private sealed class Breaker : IActionFilter
    {
        public void OnActionExecuting(ActionExecutingContext context)
        {
            var sent = context.HttpContext.Request.Query["x"].ToString();
            throw new InvalidOperationException($"The value {sent} does not fit.", new FormatException(sent));
        }

        public void OnActionExecuted(ActionExecutedContext context)
        {
        }
    }
}
