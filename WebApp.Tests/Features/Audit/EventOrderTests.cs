using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Audit;

/// <summary>Events of one moment.</summary>
public sealed class EventOrderTests
{
    [Test]
    public async Task What_one_process_writes_down_stands_in_its_order_within_a_millisecond_too()
    {
        await using var db = await TestApp.Shared.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        var audit = TestApp.Shared.Services.GetRequiredService<AuditTrail>();
        for (var i = 0; i < 500; i++)
        {
            audit.Add(db, SecurityEventKind.SignedIn, new ClientInfo(null, null));
        }

        // As PostgreSQL and the chain order them: by their bytes. Two of one quarter of a microsecond are in no order.
        string[] ids = [.. db.SecurityEvents.Local.OrderBy(e => e.At).Select(e => $"{e.Id}"[..18])];
        Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(ids.Distinct().Count(), Is.GreaterThan(ids.Select(id => id[..13]).Distinct().Count()), "several in a millisecond, or nothing was shown");
        Assert.That(ids.Select(id => id[14]), Is.All.EqualTo('7'), "a version 7");
    }
}
