using WebApp.Features.Roles;
using WebApp.Features.Sessions;

namespace WebApp.Areas.Admin;

/// <summary>Who works in the console.</summary>
internal static class ConsoleActor
{
    extension(HttpContext context)
    {
        /// <summary>For accounts and roles.</summary>
        public RoleActor Actor => new(context.User.UserId, context.User.SessionId);
    }
}
