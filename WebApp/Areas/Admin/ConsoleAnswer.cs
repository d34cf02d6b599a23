using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Applications;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Areas.Admin;

/// <summary>The console's answer to an action: a redirect to a page with a notice or a warning.</summary>
internal static class ConsoleAnswer
{
    extension(Controller controller)
    {
        /// <summary>The answer to an action on an account.</summary>
        public IActionResult Answer(AdministrationResult result, string back, string done) => result switch
        {
            AdministrationResult.NotFound => controller.NotFound(),
            AdministrationResult.Done => controller.Back(back, done, null),
            AdministrationResult.Forbidden(var reason) => controller.Back(back, null, reason),
            AdministrationResult.Conflict(var reason) => controller.Back(back, null, reason),
            AdministrationResult.Invalid(var errors) => controller.Back(back, null, errors[0].Message),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        /// <summary>The answer to an action on a role.</summary>
        public IActionResult Answer(RoleResult result, string back, string done) => result switch
        {
            RoleResult.NotFound => controller.NotFound(),
            RoleResult.Forbidden(var reason) => controller.Back(back, null, reason),
            RoleResult.Conflict(var reason) => controller.Back(back, null, reason),
            RoleResult.Invalid(var errors) => controller.Back(back, null, errors[0].Message),
            _ => controller.Back(back, done, null),
        };

        /// <summary>The answer to an action on an application.</summary>
        public IActionResult Answer(ApplicationResult result, string back, string done) => result switch
        {
            ApplicationResult.NotFound => controller.NotFound(),
            ApplicationResult.Forbidden(var reason) => controller.Back(back, null, reason),
            ApplicationResult.Conflict(var reason) => controller.Back(back, null, reason),
            ApplicationResult.Invalid(var errors) => controller.Back(back, null, errors[0].Message),
            _ => controller.Back(back, done, null),
        };

        /// <summary>The answer to an action on a group.</summary>
        public IActionResult Answer(GroupResult result, string back, string done) => result switch
        {
            GroupResult.NotFound => controller.NotFound(),
            GroupResult.Done or GroupResult.Saved or GroupResult.Changed => controller.Back(back, done, null),
            _ => controller.Back(back, null, GroupMessages.For(result)),
        };

        private RedirectResult Back(string to, string? notice, string? warning)
        {
            if (notice is not null)
            {
                controller.TempData.Notice = notice;
            }

            if (warning is not null)
            {
                controller.TempData.Warning = warning;
            }

            return controller.Redirect(to);
        }
    }
}

/// <summary>The administrator who uses the console.</summary>
internal static class ConsoleActor
{
    extension(HttpContext context)
    {
        /// <summary>The actor for changes of accounts and roles.</summary>
        public RoleActor Actor => new(context.User.UserId, context.User.SessionId);
    }
}
