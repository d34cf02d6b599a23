using Microsoft.AspNetCore.Http.Extensions;
using WebApp.Features.Accounts.Administration;

namespace WebApp.Areas.Admin;

/// <summary>A page of accounts.</summary>
/// <param name="Users">The accounts.</param>
/// <param name="Query">What was searched for.</param>
/// <param name="Filter">What they were cut down to, see <see cref="UserFilter"/>.</param>
/// <param name="Next">The address after which the next page begins; null on the last.</param>
/// <param name="IsFirst">Whether it is the first.</param>
public sealed record UsersPage(IReadOnlyList<UserSummary> Users, string? Query, string? Filter, string? Next, bool IsFirst)
{
    /// <summary>The address of a page of the same search.</summary>
    public string Link(string? after)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[] { ("query", Query), ("filter", Filter), ("after", after) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        return $"{UsersController.Path}{query}";
    }
}
