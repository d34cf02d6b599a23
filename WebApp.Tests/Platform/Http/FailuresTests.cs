using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Platform.Http;

namespace WebApp.Tests.Platform.Http;

/// <summary>Which failures of the database mean “not now”, and which are our own fault.</summary>
public sealed class FailuresTests
{
    [TestCase("08000"), TestCase("08003"), TestCase("08006"), TestCase("08P01")]
    [TestCase("25006", Description = "read-only"), TestCase("25P03", Description = "idle in a transaction")]
    [TestCase("28000"), TestCase("28P01"), TestCase("3D000")]
    [TestCase("40001"), TestCase("40P01")]
    [TestCase("53000"), TestCase("53100", Description = "disk full"), TestCase("53200"), TestCase("53300", Description = "too many connections"), TestCase("53400")]
    [TestCase("55P03", Description = "lock timeout"), TestCase("57014", Description = "statement timeout")]
    [TestCase("57P01", Description = "shutdown"), TestCase("57P02"), TestCase("57P03"), TestCase("57P04"), TestCase("57P05")]
    [TestCase("58000"), TestCase("58030", Description = "I/O error")]
    public void An_outage_is_503_with_a_time_to_come_back_however_it_is_wrapped(string state)
    {
        var refusal = new PostgresException("no", "ERROR", "ERROR", state);
        foreach (var failure in new Exception[] { refusal, new DbUpdateException("no", refusal), new InvalidOperationException("no", new NpgsqlException("no", refusal)) })
        {
            Assert.That(Failures.Sort(failure), Is.EqualTo((503, (int?)5)));
        }
    }

    [TestCase("23505", Description = "unique"), TestCase("42P01", Description = "no such table"), TestCase("42601", Description = "syntax"), TestCase("22003"), TestCase("25P02"), TestCase("XX000")]
    public void A_refused_statement_is_our_own_fault(string state) =>
        Assert.That(Failures.Sort(new DbUpdateException("no", new PostgresException("no", "ERROR", "ERROR", state))), Is.EqualTo((500, (int?)null)));
}
